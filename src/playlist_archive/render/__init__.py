"""Models to text, without side effects."""
