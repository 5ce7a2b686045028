"""The built site: valid pages, links that lead somewhere, strangers' text as text, and nothing rewritten in vain."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from playlist_archive.archive.layout import data
from playlist_archive.archive.model import Named, Reason, Unavailable
from playlist_archive.archive.record_file import record_text
from playlist_archive.render.markdown import UNTITLED, visible
from playlist_archive.website.budget import STEPS
from playlist_archive.website.output import MARK, OutputError
from playlist_archive.website.templating import _DROPPED
from tests.archives import Commit, committed, git, noon
from tests.builders import item, playlist_id, record, snapshot, track
from tests.hostile import HOSTILE
from tests.website.sites import IMPORTED, WORDS, Website, built, day, seen, website

HOME = "/archive/"
"""The path of the site's own address: the page for what is not there is shown at any depth."""

LINKS = ("href", "src", "data-timeline", "data-rest", "data-ever")
"""Attributes that name another file."""

ELSEWHERE = ("https://open.spotify.com/", "https://github.com/somebody/archive")


def pages(out: Path) -> list[Path]:
    return sorted(out.rglob("*.html"))


def parsed(path: Path) -> Element:
    """The document; raises where it is not what the standard asks."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document: Element = parser.parse(path.read_text(encoding="utf-8"))
    return document


def elements(path: Path, name: str) -> Iterator[Element]:
    yield from (found for found in parsed(path).iter() if found.tag == name)


def text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def rows(path: Path, table: str) -> list[list[str]]:
    found = next(one for one in elements(path, "table") if one.get("id") == table)
    body = found.find("tbody")
    assert body is not None
    return [[text(cell) for cell in row] for row in body]


def page(made: Website, number: int) -> Path:
    return made.out / "playlists" / f"{playlist_id(number)}.html"


def test_every_page_is_valid_html_with_a_language_landmarks_and_one_heading(small: Website) -> None:
    assert len(pages(small.out)) == 7
    for path in pages(small.out):
        document = parsed(path)
        assert document.get("lang") == "en"
        tags = [found.tag for found in document.iter()]
        assert [tags.count(name) for name in ("main", "header", "footer", "h1")] == [1, 1, 1, 1], path
        ids = [found.get("id") for found in document.iter() if found.get("id")]
        assert len(ids) == len(set(ids))


def test_every_link_leads_somewhere(small: Website) -> None:
    count = 0
    for path in pages(small.out):
        for element in parsed(path).iter():
            for name in LINKS:
                if link := element.get(name):
                    count += 1
                    assert leads_somewhere(small.out, path, link), (path.name, link)
    assert count > 150


def leads_somewhere(out: Path, path: Path, link: str) -> bool:
    if link.startswith(ELSEWHERE):
        return True
    target = urlsplit(link)
    assert not target.scheme, link
    assert not target.netloc, link
    found = path.parent / unquote(target.path) if target.path else path
    if link.startswith(HOME):
        found = out / unquote(target.path.removeprefix(HOME))
    is_anchor = re.fullmatch(r"\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?", target.fragment)
    return found.exists() and (not target.fragment or bool(is_anchor) or f'id="{target.fragment}"' in found.read_text())


def test_a_page_lists_the_songs_in_order_with_links_and_days(small: Website) -> None:
    found = rows(page(small, 1), "songs")
    assert [row[:4] for row in found[:2]] == [
        ["1", "Déjà vu d'été", "Beyoncé", "Album 1"],
        ["2", "봄날의 기억", "방탄소년단", "Album 3"],
    ]
    assert [row[1] for row in found] == [WORDS[1][0], WORDS[3][0], "Halo", "Halo", "Song 9", "Song 30"]
    assert found[0][5] == f"{day(0)}*"
    left = {row[0] for row in rows(page(small, 1), "former")}
    assert left == {*(WORDS[number][0] for number in (4, 5, 6, 7)), f"{8:022}"}


def test_the_log_and_the_calendar_tell_each_day(small: Website) -> None:
    words = text(next(elements(page(small, 1), "main")))
    assert "Name: Playlist 1 → Renamed & <i>odd</i>" in words
    (month,) = [found for found in elements(page(small, 1), "table") if found.get("data-month")]
    days = {text(cell): cell.get("title") for cell in month.iter("td") if cell.get("title")}
    assert (text(next(month.iter("caption"))), month.get("data-month")) == ("November 2026", "2026-11")
    assert (days["2"], days["3"]) == ("first archived", "1 added, 1 moved, renamed, new description")


def test_imported_days_stand_in_the_log_and_the_calendar(tmp_path: Path) -> None:
    made = website(tmp_path, IMPORTED, imported=day(9))
    days = [text(found) for found in elements(page(made, 1), "time")]
    assert days[1:] == [str(day(number)) for number in (9, 3, 0)]
    form = [found.attrib.get("min") for found in elements(page(made, 1), "input")]
    assert str(day(0)) in form


def test_an_empty_playlist_says_so(small: Website) -> None:
    assert "This playlist is empty." in text(next(elements(page(small, 3), "main")))


def test_an_unregistered_and_an_unavailable_playlist_say_so(tmp_path: Path) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1)), (day(0), seen(2, 1))])
    (made.root / "registry" / playlist_id(2)).unlink()
    gone = record([track(1)], unavailable=Unavailable(since=day(2), reason=Reason.NOT_FOUND), alias="Mine")
    (made.root / data(playlist_id(1))).write_text(record_text(gone), encoding="utf-8")
    assert built(made.root, made.out).problems == ()
    first = text(next(elements(page(made, 1), "main")))
    assert f"Spotify stopped serving this playlist on {day(2)}" in first
    assert "On Spotify: Some Songs" in first
    assert "no longer in the registry" in text(next(elements(page(made, 2), "main")))
    front = text(next(elements(made.out / "index.html", "main")))
    assert "No longer served by Spotify" in front
    assert "No longer in the registry" in front


def test_episodes_and_local_files_stand_in_the_list_and_only_what_spotify_has_is_linked(tmp_path: Path) -> None:
    local = item(2, uri="spotify:local:A:B:Tape:61", name="Tape")
    episode = item(3, uri=f"spotify:episode:{3:022}", name="Talk", album=None, show=Named(id="s", name="The Show"))
    made = website(tmp_path, [(day(0), snapshot([local, episode]))])
    assert [row[1:4:2] for row in rows(page(made, 1), "songs")] == [["Tape", "Album 2"], ["Talk", "The Show"]]
    links = [found.get("href") or "" for found in elements(page(made, 1), "a")]
    assert f"https://open.spotify.com/episode/{3:022}" in links
    assert not [link for link in links if "local" in link]


def test_ten_thousand_songs_leave_the_rest_to_a_script(tmp_path: Path) -> None:
    (tmp_path / "playlists" / "data").mkdir(parents=True)
    long = record(track(number) for number in range(10_000))
    (tmp_path / data(playlist_id())).write_text(record_text(long), encoding="utf-8")
    assert built(tmp_path, tmp_path / "site").playlists == 1
    path = tmp_path / "site" / "playlists" / f"{playlist_id()}.html"
    assert len(rows(path, "songs")) == 500
    assert "The first 500 of 10,000 songs" in text(next(elements(path, "main")))
    assert "Git does not know this playlist" in text(next(elements(path, "main")))
    assert path.stat().st_size < 150_000


def hostile_website(folder: Path, texts: list[str], size: int) -> Website:
    """Playlists of `size` songs whose titles, artists, albums, names, owners and descriptions are these texts."""
    series = []
    for number, begin in enumerate(range(0, len(texts), size), 1):
        some = texts[begin : begin + size]
        items = [
            item(begin + place, name=one, artists=(Named(id="x", name=one),), album=Named(id="y", name=one))
            for place, one in enumerate(some)
        ]
        facts = {"name": some[0], "description": some[0], "owner": Named(id="o", name=some[0])}
        series.append((day(0), seen(number, 5)))
        series.append((day(1), snapshot(items, id=playlist_id(number), **facts)))
    return website(folder, sorted(series, key=lambda one: one[0]))


def shown(given: str) -> str:
    """What a page shows of a text."""
    return _DROPPED.sub("", given.replace("\r\n", "\n").replace("\r", "\n")).strip()


def assert_harmless(made: Website, texts: list[str], size: int) -> None:
    for path in pages(made.out):
        document = parsed(path)
        assert not [found for found in document.iter() if any(name.startswith("on") for name in found.attrib)]
        scripts = [found.get("src") for found in document.iter() if found.tag == "script"]
        assert all(source and source.split("/")[-2] == "assets" for source in scripts)
        assert not [found for found in document.iter() if found.tag in ("img", "iframe", "object", "style", "b", "i")]
    for number, begin in enumerate(range(0, len(texts), size), 1):
        for place, row in enumerate(rows(page(made, number), "songs"), begin):
            assert (row[1] == shown(texts[place])) or visible(shown(texts[place]), "") == UNTITLED, texts[place]
            assert row[3] == shown(texts[place])


def test_a_hostile_text_is_text_wherever_it_stands(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if "\ud800" not in text and len(text) < 1_000]
    assert_harmless(hostile_website(tmp_path, texts, 1), texts, 1)


@pytest.mark.proof
def test_no_title_of_the_corpus_is_markup(tmp_path: Path, titles: list[str]) -> None:
    assert len(titles) >= 3_000
    assert_harmless(hostile_website(tmp_path, titles, 500), titles, 500)


def test_a_second_build_of_an_unchanged_archive_rewrites_no_file(tmp_path: Path, small: Website) -> None:
    first = built(small.root, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    second = built(small.root, tmp_path / "out")
    assert first.written > 30
    assert (second.written, second.deleted, second.sizes) == (0, 0, first.sizes)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_a_playlist_that_left_the_archive_leaves_the_website(tmp_path: Path) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1)), (day(0), seen(2, 1))])
    (made.root / data(playlist_id(2))).unlink()
    again = built(made.root, made.out)
    assert not page(made, 2).exists()
    assert again.deleted >= 6
    assert [path for path in made.out.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, small: Website) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="holds other files than a website"):
        built(small.root, tmp_path)
    with pytest.raises(OutputError):
        built(small.root, tmp_path / "letter.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_in_the_place_of_a_page_is_told(tmp_path: Path) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1))])
    (made.out / "index.html").unlink()
    (made.out / "index.html" / "mine").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"cannot be written: .*index\.html \(Is a directory\)"):
        built(made.root, made.out)


def test_a_playlist_of_which_no_version_in_git_can_be_read_has_a_page(tmp_path: Path) -> None:
    made = website(tmp_path / "a", [(day(0), seen(1, 1))])
    text = (made.root / data(playlist_id(1))).read_text(encoding="utf-8")
    committed(tmp_path / "b", [Commit(noon(day(0)), {data(playlist_id(1)): b"{"})])
    (tmp_path / "b" / data(playlist_id(1))).write_text(text, encoding="utf-8")
    assert built(tmp_path / "b", tmp_path / "out").problems == ()


def test_a_broken_record_costs_its_own_page_alone(tmp_path: Path) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1)), (day(0), seen(2, 1))])
    (made.root / data(playlist_id(1))).write_text("{", encoding="utf-8")
    again = built(made.root, made.out)
    assert (again.playlists, len(again.problems)) == (1, 1)
    assert not page(made, 1).exists()


def test_pages_ask_search_engines_to_stay_away_and_allow_nothing_foreign(small: Website) -> None:
    assert (small.out / "robots.txt").read_text() == "User-agent: *\nDisallow: /\n"
    for path in pages(small.out):
        metas = [found.attrib for found in elements(path, "meta")]
        (policy,) = [meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert {"name": "robots", "content": "noindex"} in metas
        assert not [found for found in parsed(path).iter() if "style" in found.attrib or found.tag == "style"]


@pytest.mark.parametrize(("step", "missing"), list(enumerate(STEPS)))
def test_what_does_not_fit_is_left_out_in_order_and_said(tmp_path: Path, step: int, missing: object) -> None:
    del missing
    made = website(tmp_path, [(day(0), seen(1, 1, 2)), (day(0), seen(2, 2)), (day(1), seen(1, 2, 3))])
    sizes = [sum(built(made.root, tmp_path / f"all{number}").sizes.values()) for number in range(1)]
    limit = {0: sizes[0], 1: sizes[0] - 1, 2: 1, 3: 1}[step]
    found = built(made.root, made.out, max_bytes=limit)
    assert len(found.left_out) == {0: 0, 1: 1, 2: 3, 3: 3}[step]
    assert found.is_too_large == (limit == 1)
    assert bool(list(made.out.glob("playlists/*.xml"))) == (not found.left_out)
    front = (made.out / "index.html").read_text(encoding="utf-8")
    assert all(what in front for what in found.left_out)
    assert (made.out / MARK).exists()


def test_the_manifest_of_the_search_names_a_folder_that_is_there(small: Website) -> None:
    manifest = json.loads((small.out / "search" / "manifest.json").read_text(encoding="utf-8"))
    folder = small.out / "search" / manifest["folder"]
    assert manifest["songs"] == 13
    assert sorted(path.name for path in folder.rglob("*.gz")) == ["0.json.gz", "0.json.gz"]
    assert sorted(path.name for path in (small.out / "search").iterdir()) == sorted(
        [manifest["folder"], "manifest.json"]
    )


def test_the_style_and_the_scripts_are_small(small: Website) -> None:
    assets = [path.read_bytes() for path in (small.out / "assets").iterdir()]
    styles = [path.read_bytes() for path in (small.out / "assets").glob("*.css")]
    assert [len(style) <= 5_000 for style in styles] == [True]
    assert sum(len(gzip.compress(asset)) for asset in assets if asset not in styles) <= 8_000


def test_a_shallow_clone_says_that_days_are_missing(tmp_path: Path, small: Website) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{small.root}", str(tmp_path / "shallow"))
    built(tmp_path / "shallow", tmp_path / "site")
    assert "git fetch --unshallow" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
