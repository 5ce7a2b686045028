import json
import re
from pathlib import Path

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Item, Named, Snapshot
from playlist_archive.importer.old_json import read_json
from playlist_archive.importer.pages import PageError, PageReader
from tests.builders import item, playlist_id, snapshot
from tests.importer.old import as_json, page

ID_22 = re.compile("[0-9A-Za-z]{22}")


def read(text: str, *, expected: PlaylistId | None = None, escaped: bool = False) -> Snapshot:
    return PageReader().snapshot(text, expected=expected, may_be_escaped=escaped)


def facts(found: Snapshot) -> list[tuple[object, ...]]:
    """What a page shows of each song: lengths in whole seconds, no day."""
    return [
        (song.uri, song.name, [tuple(artist) for artist in song.artists], song.album, song.duration_ms // 1000)
        for song in found.items
    ]


def known(name: str) -> str:
    return "" if name == "<MISSING>" else name


def thing(data: dict[str, str]) -> Named:
    return Named(data["url"].rpartition("/")[2] or None, known(data["name"]))


def in_corpus(corpus: Path, era: str) -> list[str]:
    index = json.loads((corpus / "playlists" / "index.json").read_text(encoding="utf-8"))
    return [found["id"] for found in index if found["era"] == era]


def test_real_unescaped_pages_read_as_what_they_show(corpus: Path) -> None:
    ids = in_corpus(corpus, "page")
    assert len(ids) == 13
    for name in ids:
        shown = json.loads((corpus / "playlists" / f"{name}.json").read_text(encoding="utf-8"))
        found = read((corpus / "playlists" / f"{name}.page.pretty.md").read_text(encoding="utf-8"))
        assert (found.id, found.name, found.description) == (name, shown["original_name"], shown["description"])
        assert facts(found) == [
            (
                f"spotify:track:{track['url'].rpartition('/')[2]}",
                known(track["name"]),
                [tuple(thing(artist)) for artist in track["artists"]],
                thing(track["album"]),
                track["duration_ms"] // 1000,
            )
            for track in shown["tracks"]
        ]


def test_real_escaped_pages_and_their_json_say_the_same(corpus: Path) -> None:
    pages = sorted((corpus / "playlists").glob("*[0-9A-Za-z].pretty.md"))
    compared = 0
    for path in pages:
        name = path.name.removesuffix(".pretty.md")
        if not ID_22.fullmatch(name):
            continue
        found = read(path.read_text(encoding="utf-8"), expected=PlaylistId(name), escaped=True)
        shown = read_json(
            (corpus / "playlists" / f"{name}.json").read_text(encoding="utf-8"), expected=PlaylistId(name)
        )
        assert facts(found) == facts(shown)
        assert (found.name, found.owner, found.likes) == (shown.name, shown.owner, shown.likes)
        assert (found.description, found.snapshot_id) == (shown.description, shown.snapshot_id)
        compared += 1
    assert compared == 3


def test_the_seed_page_reads_as_fifty_songs(corpus: Path) -> None:
    (path,) = (corpus / "seed").glob("*.md")
    found = read(path.read_text(encoding="utf-8"), expected=PlaylistId(path.stem), escaped=True)
    assert (found.name, len(found.items), found.likes) == ("K-Pop Ballad Hits", 50, 297_817)
    assert found.owner == Named("spotify", "Spotify")
    assert found.snapshot_id.startswith("MTY0NDYyNjk5NSww")


def titles(corpus: Path) -> list[str]:
    """All but the old archive's own word for an empty title."""
    found = [json.loads(line) for line in (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()]
    return [title for title in found if title != "<MISSING>"]


def hostile(corpus: Path) -> Snapshot:
    """Every troublesome title once as a title, once as an artist and once as an album."""
    names = titles(corpus)
    songs = [
        item(number, name=name, artists=(Named(f"{1:022}", names[-number]), Named(f"{2:022}", "B")))._replace(
            album=Named(f"{3:022}", names[number // 2]), duration_ms=187_000
        )
        for number, name in enumerate(names, 1)
    ]
    return snapshot(songs, name=names[0], description="")


@pytest.mark.parametrize("escaped", [False, True])
def test_hostile_titles_read_back_as_they_were(corpus: Path, *, escaped: bool) -> None:
    whole = hostile(corpus)
    reader = PageReader()
    for song in whole.items:
        one = whole._replace(items=(song, item(9_999)), name="Of - (all) [kinds]")
        found = reader.snapshot(page(one, escaped=escaped), expected=None, may_be_escaped=escaped)
        assert found.items[0] == song
        assert found.name == "Of - (all) [kinds]"


def test_hostile_titles_read_back_from_json(corpus: Path) -> None:
    whole = hostile(corpus)
    assert read_json(as_json(whole), expected=whole.id).items == whole.items


def one_song(**facts: object) -> Snapshot:
    return snapshot([Item(**{**item(1)._asdict(), **facts})])


@pytest.mark.parametrize(
    "name",
    [
        "a | b",
        "](",
        "[x](y)",
        "a](https://example.org/x) | b",
        "\\",
        "\\(",
        "1 | 2 | 3:45 |",
        "<MISSING> ",
        "- 5 likes -",
    ],
)
@pytest.mark.parametrize("escaped", [False, True])
def test_a_title_that_looks_like_a_table_is_a_title(name: str, *, escaped: bool) -> None:
    whole = one_song(name=name, artists=(Named(f"{1:022}", name),), album=Named(f"{2:022}", name))
    found = read(page(whole, escaped=escaped), escaped=escaped)
    assert found.items[0].name == name
    assert found.items[0].artists == whole.items[0].artists
    assert found.items[0].album == whole.items[0].album


def test_a_title_with_a_line_break_takes_several_lines() -> None:
    assert read(page(one_song(name="two\nlines"), escaped=False)).items[0].name == "two\nlines"


def test_the_oldest_pages_have_no_line_of_links() -> None:
    text = page(one_song(), escaped=False).split("\n", 2)[2].replace("|---|---|---|---|---|", "|-----|--|--|--|-----|")
    assert read(text).items[0].uri == item(1).uri


@pytest.mark.parametrize(("length", "seconds"), [("59", 59), ("3:53", 233), ("1:02:03", 3723), ("0:07", 7)])
def test_lengths_of_all_kinds_are_read(length: str, seconds: int) -> None:
    text = page(one_song(duration_ms=181_000), escaped=False).replace("3:01 |", f"{length} |")
    assert read(text).items[0].duration_ms == seconds * 1000


def test_an_empty_playlist_is_one() -> None:
    for escaped in (False, True):
        assert read(page(snapshot([]), escaped=escaped), escaped=escaped).items == ()


def test_a_row_without_a_link_is_counted_and_no_song() -> None:
    text = page(snapshot([item(1), item(2)]), escaped=False)
    found = read(re.sub(r"\| 1 \| \[Song 1\]\([^)]*\)", "| 1 | Song 1", text))
    assert ([song.name for song in found.items], found.null_items) == (["Song 2"], 1)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("### [", "## [", "no heading"),
        ("| No. |", "| Nr. |", "or no table"),
        (f"/playlist/{playlist_id()}", "/playlist/short", "links to no playlist"),
        (f"/plain/{playlist_id()}", f"/plain/{playlist_id(2)}", "its heading links to"),
        ("| 1 |", "| 2 |", "row 1 is numbered 2"),
        (
            "| 1 | [Song 1](https://open.spotify.com/track/",
            "| 1 | [Song 1](https://example.org/",
            "row 1 cannot be read",
        ),
        (" | 3:01 |", " |", "is no row"),
    ],
)
def test_what_is_wrong_with_a_page_is_named(before: str, after: str, message: str) -> None:
    text = page(one_song(), escaped=False)
    assert before in text
    with pytest.raises(PageError, match=re.escape(message)):
        read(text.replace(before, after))


def test_a_page_that_contradicts_the_id_in_its_name_is_refused() -> None:
    with pytest.raises(PageError, match="it is the page of"):
        read(page(one_song(), escaped=True), expected=playlist_id(2), escaped=True)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"tracks": 3}', '{"tracks": [{"duration_ms": -1}]}', "\ud800"]
)
def test_what_is_no_json_of_a_playlist_is_refused(text: str) -> None:
    with pytest.raises(PageError, match="no playlist in JSON"):
        read_json(text, expected=playlist_id())


def test_json_of_another_playlist_is_refused() -> None:
    with pytest.raises(PageError, match="but holds"):
        read_json(as_json(one_song()), expected=playlist_id(2))
