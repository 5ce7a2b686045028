"""Archives Spotify playlists into git, every day."""
