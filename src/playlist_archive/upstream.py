"""Where this program comes from. A fork that publishes releases of its own changes these two lines."""

from typing import Final

UPSTREAM: Final = "playlist-archive/playlist-archive"
"""The project's repository on GitHub. Other files name it too: tests/test_upstream.py finds those that differ."""

RELEASED_COMMIT: Final = "0000000000000000000000000000000000000000"
"""The commit that this package was built from, which .github/workflows/release.yml writes in here; zeros are none."""


def own_version() -> str:
    """The version of this program, such as `1.2.0`."""
    from importlib.metadata import version  # noqa: PLC0415 - hardly ever asked for

    return version("playlist-archive")
