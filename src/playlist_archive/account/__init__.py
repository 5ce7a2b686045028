"""The user's account: consent, library."""
