"""What is kept: the model, the merge, and the files of the archive."""
