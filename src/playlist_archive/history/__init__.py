"""The history of the playlists: every version, read back from git, and answers about them."""
