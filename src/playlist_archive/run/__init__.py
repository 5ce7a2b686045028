"""A run, from the registry to the commit."""
