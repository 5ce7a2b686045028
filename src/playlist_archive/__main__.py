"""`python -m playlist_archive` and the command `playlist-archive`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
