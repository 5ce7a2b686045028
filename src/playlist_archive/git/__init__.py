"""What git does with the archive: look, commit, push."""
