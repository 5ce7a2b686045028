"""Converts models to text, without side effects."""
