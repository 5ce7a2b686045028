"""Everything that knows the Web API, and nothing that knows the archive."""
