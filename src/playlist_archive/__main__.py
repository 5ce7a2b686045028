"""`python -m playlist_archive`; the command `playlist-archive` calls the same `main`."""

import sys

from .cli import main

sys.exit(main())
