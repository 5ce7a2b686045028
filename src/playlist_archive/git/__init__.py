"""The archive's use of git: reading, committing, pushing."""
