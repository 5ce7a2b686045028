"""The result of a run in words, a module per audience."""
