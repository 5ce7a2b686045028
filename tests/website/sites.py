"""Small archives in git, and the website of each."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from playlist_archive.archive.layout import registry_entry
from playlist_archive.archive.model import Named, Snapshot
from playlist_archive.render.page import Repository
from playlist_archive.settings import Settings
from playlist_archive.website.budget import MAX_BYTES
from playlist_archive.website.build import Built, build, site_of
from tests.archives import archived, committed
from tests.builders import FIRST_DAY, item, playlist_id, snapshot

SETTINGS = Settings(site_url="https://somebody.github.io/archive")
SHARED = site_of(SETTINGS, Repository("somebody/archive"))

WORDS = {
    1: ("Déjà vu d'été", "Beyoncé"),
    2: ("Halo", "Beyoncé"),
    3: ("봄날의 기억", "방탄소년단"),
    4: ("يا حبيبي", "فيروز"),
    5: ("さくら咲く", "嵐"),
    6: ("Half a Title Is Enough", "Someone"),
    7: ("<b>bold</b> & \"quoted\" 'x'", "<img src=x onerror=alert(1)>"),
    8: ("\u3164", "\u200b"),
}
"""Songs that a test looks for, by number."""


class Website(NamedTuple):
    """An archive, its website in `out`, and what each playlist was on each day."""

    root: Path
    out: Path
    days: Mapping[str, Mapping[date, Snapshot]]


def day(number: int) -> date:
    """The day of a series that begins with day 0."""
    return FIRST_DAY + timedelta(days=number)


def songs(*numbers: int) -> Iterable[object]:
    """Rows with these songs; those of `WORDS` have their own names."""
    for number in numbers:
        name, artist = WORDS.get(number, (f"Song {number}", f"Artist {number}"))
        yield item(number, name=name, artists=(Named(id=f"artist{number}", name=artist),))


def seen(number: int, *numbers: int, **facts: object) -> Snapshot:
    """A playlist with songs."""
    given = {"id": playlist_id(number), "name": f"Playlist {number}", **facts}
    return snapshot(songs(*numbers), **given)  # type: ignore[arg-type]  # items, as `songs` gives them


SERIES = (
    (day(0), seen(1, *range(1, 9))),
    (day(0), seen(2, 2, 20, 21)),
    (day(0), seen(3)),
    (day(1), seen(1, 8, *range(1, 8), 9, name="Renamed & <i>odd</i>", description="New <b>words</b>")),
    (day(3), seen(1, 1, 3, 2, 2, 9, 30, likes=1_200)),
    (day(3), seen(2, 21, 20, 2, 22)),
    (day(9), seen(2, 22)),
)
"""Days without a line are as the day before."""

IMPORTED = ((day(0), seen(1, 1, 2)), (day(3), seen(1, 2, 3)), (day(9), seen(1, 2, 3, 4)))
"""A playlist of which Spotify does not tell when its songs were added."""


def website(folder: Path, series: Iterable[tuple[date, Snapshot]] = SERIES, *, imported: date | None = None) -> Website:
    """The archive of a series of days in git, all of it registered, and its website.

    The days before `imported` are in the records alone, as after an import without their history.
    """
    listed = list(series)
    commits = (commit for commit in archived(listed) if imported is None or commit.when.date() >= imported)
    root = committed(folder / "archive", commits)
    days: dict[str, dict[date, Snapshot]] = {}
    for when, what in listed:
        days.setdefault(what.id, {})[when] = what
        entry = root / registry_entry(what.id)
        entry.parent.mkdir(exist_ok=True)
        entry.write_text("")
    built(root, folder / "site")
    return Website(root, folder / "site", days)


def built(root: Path, out: Path, *, max_bytes: int = MAX_BYTES) -> Built:
    """Builds the website of an archive."""
    return build(root, out, SHARED, max_bytes=max_bytes)
