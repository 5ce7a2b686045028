"""The archive for other programs: songs and differences as JSON, CSV, links, M3U and XSPF."""
