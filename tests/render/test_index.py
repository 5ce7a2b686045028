"""The list of all playlists, for people and for programs."""

import json
import random
import re
from collections.abc import Iterable, Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Named, Reason, Unavailable
from playlist_archive.render.index import SPLIT_ABOVE, IndexLine, index_data, index_line, index_pages
from tests.builders import playlist_id, record, track
from tests.render.github import expected_label, nasty_text, read
from tests.thorough import thorough

FRONT = "playlists/index.md"
GONE = Unavailable(since=date(2026, 11, 23), reason=Reason.NOT_FOUND)


def listed(number: int, name: str | None = None, **facts: object) -> IndexLine:
    shown = f"Playlist {number:05}" if name is None else name
    return index_line(record(id=playlist_id(number), name=shown, **facts))


def pages(
    listed: Iterable[IndexLine], *, dropped: Iterable[IndexLine] = (), unread: Iterable[PlaylistId] = ()
) -> Mapping[str, str]:
    """The pages for playlists in the registry, and for some that are no longer."""
    registered = list(listed)
    ids = {item.id for item in registered}
    return index_pages([*registered, *dropped], registered=ids, unread=unread)


def links(number: int, label: str) -> str:
    identity = playlist_id(number)
    cumulative = f"[cumulative](/playlists/cumulative/{identity}.md)"
    return f"- [{label}](/playlists/pretty/{identity}.md) - {cumulative}"


def line_of(page: str, number: int) -> str:
    """The one line that links to this playlist's page."""
    [line] = [line for line in page.splitlines() if f"/pretty/{playlist_id(number)}.md" in line]
    return line


def test_an_empty_archive_has_an_index() -> None:
    assert pages([]) == {FRONT: "## Playlists \\(0\\)\n"}


def test_playlists_are_sorted_by_lower_cased_name_and_id() -> None:
    shown = pages([listed(1, "beta"), listed(2, "Beta [2]"), listed(3, "alpha"), listed(4, "Zeta")])
    assert shown == {
        FRONT: "\n".join(
            [
                "## Playlists \\(4\\)",
                "",
                links(3, "alpha"),
                links(1, "beta"),
                links(2, r"Beta \[2\]"),
                links(4, "Zeta"),
                "",
            ]
        )
    }


def test_playlists_that_are_not_served_not_registered_or_never_read_have_lists_of_their_own() -> None:
    front = pages(
        [listed(1, unavailable=GONE), listed(2)],
        dropped=[listed(3), listed(4, unavailable=GONE)],
        unread=[playlist_id(6), playlist_id(5)],
    )[FRONT]
    since = f" - since 2026-11-23: {Reason.NOT_FOUND.value}"
    assert front.split("\n\n") == [
        "## Playlists \\(1\\)",
        links(2, "Playlist 00002"),
        "## No longer served by Spotify \\(1\\)",
        links(1, "Playlist 00001") + since,
        "## No longer in the registry \\(2\\)",
        links(3, "Playlist 00003") + "\n" + links(4, "Playlist 00004") + since,
        "## Registered, not archived yet \\(2\\)",
        f"- `{playlist_id(5)}`\n- `{playlist_id(6)}`\n",
    ]


@pytest.mark.parametrize("twin", [listed(2, "Mix"), listed(2, " Mix "), listed(2, "Mix", unavailable=GONE)])
def test_names_that_look_the_same_are_told_apart_by_their_owners(twin: IndexLine) -> None:
    front = pages([listed(1, "Mix", owner=Named(id="me", name="Me!")), twin, listed(3, "Other")])[FRONT]
    assert " - by [Me!](https://open.spotify.com/user/me) - " in line_of(front, 1)
    assert " - by [A Listener](https://open.spotify.com/user/listener) - " in line_of(front, 2)
    assert " - by " not in line_of(front, 3)


@pytest.mark.parametrize("name", [" ", "\t\n", "\0", "\u00a0", "\0\n\0"])
def test_a_name_that_shows_nothing_gives_way_to_the_id(name: str) -> None:
    assert line_of(pages([listed(1, name)])[FRONT], 1) == links(1, playlist_id(1))


def test_the_alias_is_the_name() -> None:
    assert line_of(pages([listed(1, "Theirs", alias="Ours")])[FRONT], 1) == links(1, "Ours")


@thorough(300)
@given(name=nasty_text | st.text(), owner=nasty_text | st.text())
def test_any_name_is_shown_exactly_in_a_line_of_its_own(name: str, owner: str) -> None:
    twins = [listed(1, name, owner=Named(name=owner)), listed(2, name, owner=Named(id="x", name=owner))]
    title = " ".join(twins[0].title.splitlines())
    reader = read(pages(twins)[FRONT])
    for text, identity in zip(reader.texts["li"], (1, 2), strict=True):
        assert text.startswith(f"{expected_label(title, playlist_id(identity)).strip()} - ")
        assert text.endswith(" - cumulative")
    assert set(reader.elements) <= {"h2", "ul", "li", "a", "br"}


def test_up_to_a_thousand_playlists_are_one_page() -> None:
    assert list(pages([*map(listed, range(SPLIT_ABOVE - 1)), listed(SPLIT_ABOVE, "Zoo")])) == [FRONT]


NAMES = ("Alpha", "apple", "Beta", "9 lives", "10 more", "éclair", "한국", "#1", "  zulu", "İstanbul", "Kelvin")


def test_above_a_thousand_playlists_are_split_by_first_letter() -> None:
    many = [listed(number, f"Zoo {number:04}") for number in range(SPLIT_ABOVE)]
    shown = pages([*many, *(listed(2_000 + number, name) for number, name in enumerate(NAMES))])
    assert shown[FRONT].split("\n") == [
        "## Playlists \\(1,011\\)",
        "",
        "- [0-9](/playlists/index/0-9.md) \\(2\\)",
        "- [a](/playlists/index/a.md) \\(2\\)",
        "- [b](/playlists/index/b.md) \\(1\\)",
        "- [k](/playlists/index/k.md) \\(1\\)",
        "- [z](/playlists/index/z.md) \\(1,000\\)",
        "- [z-2](/playlists/index/z-2.md) \\(1\\)",
        "- [other](/playlists/index/other.md) \\(4\\)",
        "",
    ]
    assert shown["playlists/index/a.md"].split("\n") == [
        "[all playlists](/playlists/index.md)",
        "",
        "## Playlists \\(2\\)",
        "",
        links(2_000, "Alpha"),
        links(2_001, "apple"),
        "",
    ]


def large_archive(count: int) -> Mapping[str, str]:
    """`count` playlists of each kind, all with the same first letter."""
    served = [listed(number) for number in range(count)]
    gone = [listed(count + number, unavailable=GONE) for number in range(count)]
    dropped = [listed(2 * count + number) for number in range(count)]
    unread = [playlist_id(3 * count + number) for number in range(count)]
    return pages([*served, *gone], dropped=dropped, unread=unread)


def test_no_page_is_too_long_whatever_there_is() -> None:
    shown = large_archive(10_000)
    assert max(page.count("\n- ") for page in shown.values()) <= SPLIT_ABOVE
    assert max(len(page.encode()) for page in shown.values()) < 512 * 1024


def test_every_playlist_stands_on_one_page_and_every_page_is_linked() -> None:
    shown = large_archive(1_500)
    everything = "".join(shown.values())
    assert sorted(re.findall(r"/pretty/(\w{22})\.md", everything)) == [playlist_id(n) for n in range(4_500)]
    assert sorted(re.findall(r"`(\w{22})`", everything)) == [playlist_id(n) for n in range(4_500, 6_000)]
    assert sorted(re.findall(r"\(/(playlists/index/.*?)\)", shown[FRONT])) == sorted(shown.keys() - {FRONT})


def test_the_order_of_the_playlists_does_not_matter() -> None:
    many = [listed(number, f"{number % 7} mix") for number in range(SPLIT_ABOVE + 5)]
    shuffled = random.Random(1).sample(many, len(many))
    assert pages(shuffled) == pages(many)
    assert index_data(shuffled) == index_data(many)


def test_the_data_is_one_playlist_a_line_sorted_by_id() -> None:
    songs = [track(1), track(2)]
    data = index_data(
        [listed(2, 'Émile\n"x"', unavailable=GONE, tracks=songs), listed(1, "A", alias="B", owner=Named(id="me"))]
    )
    first = '"name": "B", "owner": "me", "songs": 0, "first_archived": "2026-11-02", "unavailable_since": null'
    second = r'"name": "Émile\n\"x\"", "owner": "A Listener", "songs": 2'
    days = '"first_archived": "2026-11-02", "unavailable_since": "2026-11-23"'
    assert data.split("\n") == [
        "[",
        f'{{"id": "{playlist_id(1)}", {first}}},',
        f'{{"id": "{playlist_id(2)}", {second}, {days}}}',
        "]",
        "",
    ]


@given(names=st.lists(st.text(), max_size=5))
def test_the_data_is_json_whatever_the_names(names: list[str]) -> None:
    data = index_data([listed(number, name) for number, name in enumerate(names)])
    assert [row["name"] for row in json.loads(data)] == names
    assert data.count("\n") == (len(names) + 2 if names else 1)
