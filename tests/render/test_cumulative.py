"""Every track that ever belonged, one row each, with its days."""

from datetime import date
from itertools import permutations

import pytest

from playlist_archive.archive.model import Named, Span, Track
from playlist_archive.render.page import Repository
from tests.builders import playlist_id, record, track
from tests.render.one_page import cumulative

SITE = Repository(None)
ID = playlist_id()
PAGE = rf"""[pretty](/playlists/pretty/{ID}.md) - cumulative - [plain](/playlists/plain/{ID})

### [Some Songs](https://open.spotify.com/playlist/{ID})

> Songs for tests

2 songs - 6 min 3 sec

| Title | Artist(s) | Album | Length | Added | Removed |
|---|---|---|---|---|---|
| Song 1 |  |  | 3:01 | 2026-11-02\* |  |
| Song 2 |  |  | 3:02 | 2026-11-02 | 2026-11-05 |

\*This playlist was first scraped on 2026-11-02. Prior content cannot be recovered.
"""


def bare(number: int, **facts: object) -> Track:
    """A track with nothing but its title, so that a row is short."""
    return track(number, **{"artists": (), "album": None, "linked": False, **facts})


def rows(tracks: list[Track], removed: list[Track] | None = None) -> list[str]:
    return cumulative(record(tracks, removed=removed or []), SITE).split("\n")[10:-3]


def test_the_page_holds_what_is_there_and_what_left() -> None:
    written = record([bare(1, upper_bound=True)], removed=[bare(2, removed=date(2026, 11, 5))])
    assert cumulative(written, SITE) == PAGE


def test_an_empty_playlist_is_a_page_without_rows() -> None:
    assert rows([]) == []


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({}, "2026-11-02 | "),
        ({"upper_bound": True}, r"2026-11-02\* | "),
        ({"added": "2024-03-28"}, "2024-03-28 | "),
        ({"spans": [("2024-03-28", "2025-01-01"), ("2026-01-01", "2026-01-02")]}, "2024-03-28 | "),
        ({"spans": [Span(date(2024, 3, 28), date(2025, 1, 1))], "upper_bound": True}, r"2024-03-28\* | "),
    ],
)
def test_a_row_shows_the_earliest_day_known(facts: dict[str, object], days: str) -> None:
    assert rows([bare(1, **facts)]) == [f"| Song 1 |  |  | 3:01 | {days} |"]


def test_a_song_listed_twice_is_one_row() -> None:
    assert len(rows([bare(1), bare(2), bare(1)])) == 2


def test_local_files_that_share_an_identity_are_one_row_whatever_their_order() -> None:
    one, other = bare(1, uri="spotify:local:::x:1", name="b"), bare(2, uri="spotify:local:::x:1", name="a")
    assert rows([one, other]) == rows([other, one]) == ["| a |  |  | 3:02 | 2026-11-02 |  |"]


def test_rows_are_sorted_by_title_artists_length_identity() -> None:
    ordered = [
        bare(9, name="Alpha"),
        bare(8, name="beta", artists=(Named(name="a"), Named(name="Z"))),
        bare(7, name="Beta", artists=(Named(name="B"),), duration_ms=1_000),
        bare(6, name="beta", artists=(Named(name="b"),), duration_ms=2_000),
        bare(5, name="beta", artists=(Named(name="b"),), duration_ms=10_000, uri="spotify:track:1"),
        bare(4, name="beta", artists=(Named(name="b"),), duration_ms=10_000, uri="spotify:track:2"),
    ]
    expected = [row for song in ordered for row in rows([song])]
    assert all(rows(list(shuffled)) == expected for shuffled in permutations(ordered))


def test_songs_that_look_the_same_stand_in_the_order_of_their_identities() -> None:
    there = bare(1, name="x", duration_ms=0, uri="spotify:track:2")
    left = bare(2, name="x", duration_ms=0, uri="spotify:track:1", removed=date(2026, 11, 5))
    assert [row.endswith("2026-11-05 |") for row in rows([there], [left])] == [True, False]
