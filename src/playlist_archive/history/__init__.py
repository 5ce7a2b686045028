"""What was: every version of the playlists, read back from git, and the answers that follow from them."""
