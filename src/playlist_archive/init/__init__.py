"""Starts an archive: its first files, the release of the bot that it calls, and the template's example."""
