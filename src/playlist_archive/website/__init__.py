"""A static website and feeds from the archive alone (docs/website.md)."""
