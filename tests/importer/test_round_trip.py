"""What was exported and imported again gives the same answers."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from playlist_archive.archive.model import Named, Reason, Record, Unavailable
from playlist_archive.archive.registry import Registry
from playlist_archive.archive.store import Store
from playlist_archive.export.files import export_csv, export_json
from playlist_archive.export.shapes import json_text, shown_shape
from playlist_archive.export.tables import songs_csv
from playlist_archive.history.answers import History
from playlist_archive.history.whole import WholeArchive
from playlist_archive.importer.adopt import Choice, Import
from playlist_archive.importer.exports import read_exports
from playlist_archive.importer.keep import keep
from playlist_archive.importer.source import SourceError
from playlist_archive.render.page import Repository
from playlist_archive.run.pages import write_older_likes
from tests.builders import FIRST_DAY, playlist_id, record, track

NOTHING = Registry({}, ())
ALL = Choice(every=True)
LATER = date(2026, 11, 20)
EPISODE = f"spotify:episode:{7:022}"
LOCAL = "spotify:local:A+Band:A+Tape:A+Song:90"


def titles(corpus: Path, count: int = 150) -> list[str]:
    lines = (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()
    return [*map(json.loads, lines[:count]), "=1+1", "'=1+1", "@x", "a\nb", "\u202ex", "\u2028", "x, y; z\t|", ""]


def playlists(names: Iterable[str]) -> tuple[Record, ...]:
    spans = (("2026-11-02", "2026-11-04"), ("2026-11-06", "2026-11-08"))
    first = [
        track(1, upper_bound=True),
        track(2, added="2020-01-01", spans=(("2019-01-01", "2019-06-01"),)),
        track(3, uri=EPISODE, album=None, show=Named("show", "A Show")),
        track(4, uri=LOCAL, artists=(Named(None, "A Band"),), album=Named(None, "A Tape")),
        track(5, linked=False),
        track(1, upper_bound=True),
    ]
    left = [track(8, added="2026-11-10", removed="2026-11-12", spans=spans), track(9, removed="2026-11-03")]
    hostile = [track(100 + number, name=name, artists=(Named(None, name),)) for number, name in enumerate(names)]
    return (
        record(first, removed=tuple(left), description="1 &lt; 2 &amp; <a href='x'>more</a>", alias="An Alias"),
        record(hostile, id=playlist_id(2), name="Hostile", likes=None, owner=Named(None, "")),
        record(
            (),
            id=playlist_id(3),
            name="Gone",
            removed=(track(8, removed="2026-11-12"),),
            unavailable=Unavailable(since=LATER, reason=Reason.NOT_FOUND),
        ),
    )


@pytest.fixture
def archive(corpus: Path, tmp_path: Path) -> Path:
    """An archive without git, with all that a record may hold."""
    root = tmp_path / "archive"
    root.mkdir()
    store = Store(root)
    for one in playlists(titles(corpus)):
        store.save(one, {})
    write_older_likes(store, [(playlist_id(), FIRST_DAY, 7), (playlist_id(), LATER, 8), (playlist_id(2), LATER, 0)])
    return root


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An empty folder, for a second archive."""
    root = tmp_path / "other"
    root.mkdir()
    return root


def taken(root: Path, place: Path, *, day: date | None = None) -> Import:
    found = read_exports(root, place, day, NOTHING, ALL)
    assert found.faults == ()
    keep(root, found, NOTHING, Repository(None))
    return found


def whole(root: Path, place: Path) -> str:
    """All that the archive says of itself."""
    export_json(WholeArchive(root), place)
    return place.read_text(encoding="utf-8")


def test_a_whole_archive_as_json_comes_back_whole(archive: Path, other: Path, tmp_path: Path) -> None:
    exported = whole(archive, tmp_path / "archive.json")
    taken(other, tmp_path / "archive.json")
    assert whole(other, tmp_path / "again.json") == exported


def test_answers_about_any_day_are_the_same(archive: Path, other: Path, tmp_path: Path) -> None:
    whole(archive, tmp_path / "archive.json")
    taken(other, tmp_path / "archive.json")
    for day in (date(2019, 2, 1), date(2026, 11, 3), date(2026, 11, 7), LATER):
        before, after = (History(root).show(playlist_id(), day).state for root in (archive, other))
        assert after == before
        assert after.tracks


def test_the_tables_of_a_whole_archive_come_back(archive: Path, other: Path, tmp_path: Path) -> None:
    export_csv(WholeArchive(archive), tmp_path / "tables")
    taken(other, tmp_path / "tables")
    export_csv(WholeArchive(other), tmp_path / "again")
    for name in ("songs.csv", "presences.csv", "likes.csv"):
        assert (tmp_path / "again" / name).read_text() == (tmp_path / "tables" / name).read_text()
    rows = [
        (tmp_path / place / "playlists.csv").read_text().replace(f",{LATER},", ",,") for place in ("tables", "again")
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("number", [1, 2])
def test_a_playlist_that_was_shown_comes_back_as_it_was(
    archive: Path, other: Path, tmp_path: Path, number: int
) -> None:
    shown = History(archive).show(playlist_id(number), None)
    places = tmp_path / "json", tmp_path / "csv"
    for place in places:
        place.mkdir()
    (places[0] / "shown.json").write_text(json_text(shown_shape(shown)), encoding="utf-8")
    (places[1] / f"{playlist_id(number)}.csv").write_text(songs_csv(shown.state.tracks), encoding="utf-8")
    for place in places:
        root = other / place.name
        root.mkdir()
        taken(root, place, day=LATER)
        again = History(root).show(playlist_id(number), None)
        assert songs_csv(again.state.tracks) == songs_csv(shown.state.tracks)


def test_what_is_exported_is_known_where_it_is_from(archive: Path, tmp_path: Path) -> None:
    before = whole(archive, tmp_path / "archive.json")
    found = taken(archive, tmp_path / "archive.json")
    assert (found.adopted, len(found.known)) == ((), 3)
    assert whole(archive, tmp_path / "again.json") == before


def test_an_export_joins_an_archive_that_began_later(archive: Path, other: Path, tmp_path: Path) -> None:
    whole(archive, tmp_path / "archive.json")
    began = date(2026, 11, 7)
    Store(other).save(record([track(2, added="2020-01-01"), track(6)], first_archived=began), {})
    taken(other, tmp_path / "archive.json")
    joined = Store(other).record(playlist_id())
    assert joined
    assert joined.first_archived == FIRST_DAY
    times = {one.uri[-2:]: [*one.spans, (one.added_on, one.removed_on)] for one in (*joined.tracks, *joined.removed)}
    assert times["02"] == [(date(2019, 1, 1), date(2019, 6, 1)), (date(2020, 1, 1), None)]
    assert times["08"][-1] == (date(2026, 11, 6), began)
    assert times["01"] == [(FIRST_DAY, began)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 99, "playlists": []}', "it is of format 99, and this program reads 1"),
        ('{"format": 1, "playlists": [{}]}', "it is not as this program writes it"),
        ('{"format": 1, "playlists": [{"id": "../x"}]}', "it is not as this program writes it"),
        ('{"playlist": {}, "basis": {}}', "it is not as this program writes it"),
        ("[" * 100_000, "it is no JSON"),
    ],
)
def test_an_export_that_is_none_is_told(other: Path, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(SourceError, match=message):
        read_exports(other, tmp_path / "x.json", LATER, NOTHING, ALL)


def test_songs_and_times_that_contradict_each_other_are_told(archive: Path, other: Path, tmp_path: Path) -> None:
    exported = json.loads(whole(archive, tmp_path / "archive.json"))
    for harm in ("nothing", "presences", "tracks"):
        data = json.loads(json.dumps(exported))
        one = data["playlists"][0]
        if harm == "presences":
            one["songs"][0]["presences"] = []
        elif harm == "tracks":
            one["tracks"] = ["spotify:track:x"]
        (tmp_path / "x.json").write_text(json.dumps(data))
        if harm == "nothing":
            read_exports(other, tmp_path / "x.json", None, NOTHING, ALL)
        else:
            with pytest.raises(SourceError, match="it is not as this program writes it"):
                read_exports(other, tmp_path / "x.json", None, NOTHING, ALL)


def test_half_a_surrogate_pair_ends_no_import(other: Path, tmp_path: Path) -> None:
    rows = [{"track": {"uri": f"spotify:track:{1:022}", "id": f"{1:022}", "type": "track", "name": "A \ud800"}}]
    text = json.dumps([{"id": playlist_id(), "name": "B \udfff", "tracks": rows}])
    (tmp_path / "backup.json").write_text(text)
    (adopted,) = taken(other, tmp_path / "backup.json", day=LATER).adopted
    assert (adopted.record.name, adopted.record.tracks[0].name) == ("B \ufffd", "A \ufffd")


def test_a_database_is_told_from_text(other: Path, tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)))
    with pytest.raises(SourceError, match="import what `export json` writes instead"):
        read_exports(other, tmp_path / "archive.db", None, NOTHING, ALL)


def test_a_file_without_a_day_needs_one(archive: Path, other: Path, tmp_path: Path) -> None:
    shown = History(archive).show(playlist_id(2), None)
    (tmp_path / f"{playlist_id(2)}.csv").write_text(songs_csv(shown.state.tracks), encoding="utf-8")
    with pytest.raises(SourceError, match=r"it does not say of which day it is\): give --day"):
        read_exports(other, tmp_path / f"{playlist_id(2)}.csv", None, NOTHING, ALL)
