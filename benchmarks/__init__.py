"""Measurements, each a table; `make bench` runs them. Nothing here is a test."""
