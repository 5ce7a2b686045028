"""The origin of this program. A fork that publishes its own releases changes these two lines."""

from typing import Final

UPSTREAM: Final = "playlist-archive/playlist-archive"
"""The project's repository on GitHub. Other files name it too: tests/test_upstream.py finds those that differ."""

RELEASED_COMMIT: Final = "0000000000000000000000000000000000000000"
"""The commit from which this package was built. .github/workflows/release.yml writes it; zeros mean none."""


def own_version() -> str:
    """The version of this program, such as `1.2.0`."""
    from importlib.metadata import version  # noqa: PLC0415 - hardly ever asked for

    return version("playlist-archive")
