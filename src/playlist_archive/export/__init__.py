"""Exports for other programs: answers as JSON, CSV, links, M3U and XSPF, and the whole archive as files."""
