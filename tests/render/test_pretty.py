"""The newest snapshot as a page, line by line."""

from datetime import date

import pytest

from playlist_archive.archive.model import Named, Reason, Record, Unavailable
from playlist_archive.render.page import Repository
from playlist_archive.render.pretty import pretty
from tests.builders import playlist_id, record, track
from tests.render.github import read, rendered

SITE = Repository("some/archive")
ID = playlist_id()
EMPTY = f"""\
pretty - [cumulative](/playlists/cumulative/{ID}.md) - [plain](/playlists/plain/{ID}) - \
[githistory](https://github.githistory.xyz/some/archive/blob/main/playlists/plain/{ID})

### [Some Songs](https://open.spotify.com/playlist/{ID})

> Songs for tests

[A Listener](https://open.spotify.com/user/listener) - 1,000 likes - 0 songs - 0 sec

| No. | Title | Artist(s) | Album | Length |
|---|---|---|---|---|

Snapshot ID: `c25hcHNob3Q=`
"""


def lines(record: Record) -> list[str]:
    return pretty(record, SITE).split("\n")


def test_an_empty_playlist_is_a_page_without_rows() -> None:
    assert pretty(record(), SITE) == EMPTY
    assert "tbody" not in read(EMPTY).elements


def test_rows_stand_in_playlist_order_and_a_song_listed_twice_is_two_rows() -> None:
    rows = [line.split(" | ")[:2] for line in lines(record([track(2), track(1), track(2)]))[10:-3]]
    assert rows == [
        [f"| {number}", f"[Song {song}](https://open.spotify.com/track/{song:022})"]
        for number, song in enumerate((2, 1, 2), start=1)
    ]


@pytest.mark.parametrize(
    ("facts", "summary"),
    [
        ({"likes": None}, "??? likes - 0 songs - 0 sec"),
        ({"likes": 0}, "0 likes - 0 songs - 0 sec"),
        ({"likes": 1, "tracks": (track(duration_ms=45_000),)}, "1 like - 1 song - 45 sec"),
        ({"tracks": (track(1, duration_ms=700), track(2, duration_ms=700))}, "1,000 likes - 2 songs - 1 sec"),
        ({"tracks": (track(),), "null_items": 3}, "1,000 likes - 1 song - 3 min 1 sec"),
        ({"removed": (track(removed="2026-11-03"),)}, "1,000 likes - 0 songs - 0 sec"),
    ],
)
def test_the_summary_counts_what_is_there_and_adds_up_milliseconds(facts: dict[str, object], summary: str) -> None:
    assert lines(record(**facts))[6] == f"[A Listener](https://open.spotify.com/user/listener) - {summary}"


def test_a_thousand_songs_are_counted_with_a_separator() -> None:
    assert " - 1,000 songs - " in lines(record(map(track, range(1_000))))[6]


def test_an_owner_who_has_neither_name_nor_page_is_left_out() -> None:
    assert lines(record(owner=Named()))[6] == "1,000 likes - 0 songs - 0 sec"


@pytest.mark.parametrize("reason", Reason)
def test_a_playlist_that_is_no_longer_served_says_so_above_its_name(reason: Reason) -> None:
    gone = record(unavailable=Unavailable(since=date(2026, 11, 23), reason=reason))
    warning = (
        f"> Spotify stopped serving this playlist on 2026-11-23 ({reason.value}). Below is the last archived version."
    )
    assert lines(gone)[1:5] == ["", "> [!WARNING]", warning, ""]
    assert lines(gone)[:1] + lines(gone)[4:] == EMPTY.split("\n")
    assert warning[2:] in rendered(pretty(gone, SITE))


@pytest.mark.parametrize(
    ("description", "line"),
    [
        ("", "> "),
        ("one\ntwo", "> one<br/>two"),
        ("Rock &amp; Roll&#x27;s", "> Rock & Roll's"),
        ('By <a href="spotify:user:me">me</a>', "> By me"),
        ("&lt;b&gt;", r"> \<b\>"),
    ],
)
def test_the_description_is_one_line_of_what_a_person_sees(description: str, line: str) -> None:
    assert lines(record(description=description))[4] == line


@pytest.mark.parametrize(
    ("snapshot_id", "shown"),
    [
        ("MTY0NDYyNjk5NSwwMDAw", "MTY0NDYyNjk5NSwwMDAw"),
        ("a`b``c", "abc"),
        ("a\n\n# b\r\0", "a# b"),
        ("a\u202eb\u2028c", "abc"),
        ("<b>|$x$\\", "<b>|$x$\\"),
    ],
)
def test_a_snapshot_id_never_leaves_its_code_span(snapshot_id: str, shown: str) -> None:
    page = pretty(record(snapshot_id=snapshot_id), SITE)
    assert page.endswith(f"\n\nSnapshot ID: `{shown}`\n")
    assert read(page).texts["p"][-1] == f"Snapshot ID: {shown}"
