"""What works, and what to do about the rest."""
