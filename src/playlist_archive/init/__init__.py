"""The beginning of an archive: its first files, the release of the bot that it calls, the example of the template."""
