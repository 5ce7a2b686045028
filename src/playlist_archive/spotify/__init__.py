"""The Web API: all code that knows it. This code knows no file of the archive."""
