"""The archive's data: the model, the merge, and the files."""
