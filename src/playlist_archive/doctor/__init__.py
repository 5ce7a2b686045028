"""The diagnosis of a set-up: what works, and how to fix the rest."""
