"""The user's account: consent and library."""
