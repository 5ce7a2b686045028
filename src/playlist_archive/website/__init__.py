"""A static website with feeds, built from the archive alone (docs/website.md)."""
