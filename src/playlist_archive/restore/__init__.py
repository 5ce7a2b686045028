"""Restores songs: makes a new playlist in the user's account from the archive."""
