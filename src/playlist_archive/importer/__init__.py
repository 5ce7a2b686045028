"""Imports old archives in git, and single files of other programs. All become records."""
