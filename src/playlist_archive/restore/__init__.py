"""What puts songs back: a new playlist in the user's account, made of what the archive knows."""
