"""A cumulative page that is too long for one file: the parts together are what the one page was."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive import layout
from playlist_archive.archive.model import Named, Record, Track
from playlist_archive.render.cumulative import SPLIT_ABOVE_BYTES, cumulative_pages
from playlist_archive.render.page import Repository
from tests.builders import playlist_id, record, track
from tests.render.github import nasty_text, read
from tests.thorough import thorough

ID = playlist_id()
FRONT = layout.cumulative(ID)
SITE = Repository("somebody/archive")
LAST_LINE = r"\*This playlist was first scraped on 2026-11-02. Prior content cannot be recovered."
LINKS = f"""[pretty](/playlists/pretty/{ID}.md) - [cumulative](/playlists/cumulative/{ID}.md) - \
[plain](/playlists/plain/{ID}) - \
[githistory](https://github.githistory.xyz/somebody/archive/blob/main/playlists/plain/{ID})"""
HEAVY = 200_000
"""Characters of an album's name that make five rows fill a page."""


def heavy(number: int, removed: date | None = None, *, size: int = HEAVY, **facts: object) -> Track:
    return track(number, album=Named(id="album", name="x" * size), added="2020-01-01", removed=removed, **facts)


def light(number: int, removed: date | None = None, **facts: object) -> Track:
    return heavy(number, removed, size=1, **facts)


def of(tracks: Iterable[Track], **facts: object) -> Record:
    """A record of tracks, of which some are removed."""
    tracks = list(tracks)
    there = [one for one in tracks if not one.removed_on]
    return record(there, removed=[one for one in tracks if one.removed_on], **facts)


def pages(tracks: Iterable[Track]) -> Mapping[str, str]:
    return cumulative_pages(of(tracks), SITE)


def rows(text: str) -> list[str]:
    """The rows of the table in a page."""
    return [line for line in text.partition("|---|---|---|---|---|---|\n")[2].split("\n") if line.startswith("| ")]


def names(shown: Mapping[str, str]) -> list[str]:
    """The names of the parts, in order."""
    return [path.removeprefix(f"playlists/cumulative/{ID}.").removesuffix(".md") for path in shown if path != FRONT]


def songs(text: str) -> list[str]:
    return re.findall(r"^\| \[(Song [0-9]+)\]", text, re.MULTILINE)


def filled(size: int) -> list[Track]:
    """Two removed songs whose rows fill so many bytes."""
    day = date(2026, 1, 1)
    whole = sum(len(row.encode()) + 1 for row in rows(pages([heavy(1, day), heavy(2, day)])[FRONT]))
    return [heavy(1, day), heavy(2, day, size=HEAVY + size - whole)]


def test_up_to_the_limit_it_is_one_page() -> None:
    assert list(pages(filled(SPLIT_ABOVE_BYTES))) == [FRONT]


def test_above_the_limit_it_has_parts() -> None:
    assert len(pages(filled(SPLIT_ABOVE_BYTES + 1))) > 1


def test_songs_that_are_there_and_those_removed_last_stand_in_front() -> None:
    tracks = [light(1), light(3), *(heavy(number, date(2020 + number, 5, 1)) for number in (2, 4, 5, 6, 7, 8))]
    shown = pages(tracks)
    top, below, table = shown[FRONT].partition("Below")
    assert top.endswith("8 songs - 24 min 36 sec\n\n")
    assert (below + table).split("\n\n| Title")[0].split("\n") == [
        "Below are the songs of the playlist, and those that were removed in 2028.",
        "",
        "Songs that were removed before:",
        "",
        *(rf"- [{year}](/playlists/cumulative/{ID}.{year}.md) \(1\)" for year in (2027, 2026, 2025, 2024, 2022)),
    ]
    assert songs(shown[FRONT]) == ["Song 1", "Song 3", "Song 8"]
    assert shown[FRONT].endswith(
        "\n\n\\*This playlist was first scraped on 2026-11-02. Prior content cannot be recovered.\n"
    )


def test_a_part_tells_what_it_is_of() -> None:
    shown = pages([light(1), *(heavy(number, date(2020 + number, 5, 1)) for number in range(2, 9))])
    assert shown[layout.cumulative_part(ID, "2022")].partition("| Title")[0].split("\n") == [
        LINKS,
        "",
        f"### [Some Songs](https://open.spotify.com/playlist/{ID})",
        "",
        "> Songs for tests",
        "",
        "removed, 2022 - 1 song - 3 min 2 sec",
        "",
        "",
    ]


def test_a_year_that_is_too_much_is_told_by_month() -> None:
    many = [heavy(number, date(2026, 1 + number, 5)) for number in range(6)]
    assert names(pages([light(90), *many, light(91, date(2025, 3, 3))])) == [
        *("2026-05", "2026-04", "2026-03", "2026-02", "2026-01", "2025")
    ]


def test_a_month_that_is_too_much_is_told_in_pieces() -> None:
    many = [heavy(number, date(2026, 3, 5)) for number in range(10)]
    assert names(pages([light(90), *many])) == ["2026-03", "2026-03-2", "2026-03-3"]


def test_what_was_removed_last_has_a_part_where_it_does_not_fit_in_front() -> None:
    there = [heavy(number) for number in range(4)]
    shown = pages([*there, heavy(10, date(2026, 1, 1)), heavy(11, date(2025, 1, 1))])
    assert names(shown) == ["2026", "2025"]
    assert "\n\nBelow are the songs of the playlist.\n\nSongs that were removed:\n\n- [2026]" in shown[FRONT]
    assert songs(shown[FRONT]) == ["Song 0", "Song 1", "Song 2", "Song 3"]


def test_songs_that_are_there_are_told_by_letter_where_they_are_too_many() -> None:
    there = [heavy(number, name=name) for number, name in enumerate(("Ape", "ant", "9", "Éa", "bee"))]
    shown = pages([*there, *(heavy(number, name="Cat") for number in range(10, 15)), light(90, date(2026, 1, 1))])
    assert names(shown) == ["0-9", "a", "b", "c", "c-2", "other", "2026"]
    links = shown[FRONT].partition("sec\n\n")[2]
    assert links.startswith(f"The songs of the playlist, by title:\n\n- [0-9](/playlists/cumulative/{ID}.0-9.md)")
    assert links.endswith(
        f"\n\nSongs that were removed:\n\n- [2026](/playlists/cumulative/{ID}.2026.md) \\(1\\)\n\n{LAST_LINE}\n"
    )
    assert rows(shown[FRONT]) == []


def test_days_to_come_change_no_part_of_the_past() -> None:
    """A song that is removed makes another front page; the parts are the same bytes, until a new month begins."""
    start = date(2024, 1, 1)
    removed = [light(number, start + timedelta(days=number // 20), name="y" * 1_000) for number in range(2_000)]
    before = pages([light(3_000), *removed])
    after = pages([*removed, light(3_000, start + timedelta(days=99))])
    assert names(before) == names(after) == ["2024-03", "2024-02", "2024-01"]
    assert [path for path in before if before[path] != after[path]] == [FRONT]


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
TRACKS = st.lists(
    st.builds(
        heavy,
        st.integers(0, 99),
        st.none() | DAYS,
        size=st.sampled_from((1, HEAVY, 3 * HEAVY)),
        name=nasty_text | st.sampled_from(("Ape", "ant", "Bee", "9")),
    ),
    max_size=20,
    unique_by=lambda one: one.uri,
)


@thorough(60)
@given(tracks=TRACKS)
def test_the_parts_together_are_the_one_page(tracks: list[Track]) -> None:
    shown = pages(tracks)
    alone = [row for one in tracks for row in rows(pages([one])[FRONT])]
    told = [rows(text) for text in shown.values()]
    assert sorted(row for part in told for row in part) == sorted(alone)
    assert all(sum(len(row.encode()) + 1 for row in part) <= SPLIT_ABOVE_BYTES or len(part) == 1 for part in told)
    assert re.findall(r"\(/(playlists/cumulative/[^)]*\..*\.md)\)", shown[FRONT]) == [*shown][1:]
    assert all(layout.is_part(path) for path in shown if path != FRONT)


@thorough(60)
@given(name=nasty_text, title=nasty_text)
def test_hostile_names_reach_no_link_of_a_part(name: str, title: str) -> None:
    tracks = [heavy(number, date(2026, 1, 1 + number), name=name) for number in range(6)]
    shown = cumulative_pages(of([light(90, name=name), *tracks], name=title), SITE)
    for text in shown.values():
        assert set(read(text.replace("x" * HEAVY, "x")).elements) <= {
            *("a", "blockquote", "br", "h3", "li", "p", "table", "tbody", "td", "th", "thead", "tr", "ul")
        }


@pytest.mark.parametrize(
    ("path", "is_part"),
    [
        *((f"playlists/cumulative/{ID}.{name}.md", True) for name in ("2026", "2026-11", "2026-11-2", "a", "a-12")),
        *((f"playlists/cumulative/{ID}.{name}.md", True) for name in ("0-9", "0-9-2", "other", "other-3")),
        *((f"playlists/cumulative/{ID}.{name}.md", False) for name in ("", "2026-1", "26", "A", "notes", "../x", "é")),
        (f"playlists/cumulative/{ID}.md", False),
        (f"playlists/pretty/{ID}.2026.md", False),
        ("playlists/cumulative/short.2026.md", False),
        (f"playlists/cumulative/{ID}.2026.md\n", False),
    ],
)
def test_a_path_is_one_of_a_part_or_somebody_elses(path: str, is_part: bool) -> None:  # noqa: FBT001 - a table
    assert layout.is_part(path) is is_part
