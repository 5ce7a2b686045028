"""The website in a real browser: days, comparisons, search, copying, without JavaScript, by keyboard alone."""

import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from playlist_archive.archive.model import Snapshot
from playlist_archive.history.words import split_words
from playlist_archive.website.serve import listening
from tests.builders import playlist_id
from tests.conftest import missing
from tests.end_to_end.browser import Browser, opened
from tests.replayed import observed, recorded_ids
from tests.website.sites import IMPORTED, SHARED, WORDS, Website, day, website

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
TAB, ENTER = "\ue004", "\ue007"
SPOTIFY = "https://open.spotify.com/track/"


class Served(NamedTuple):
    """A website at an address."""

    made: Website
    url: str

    def page(self, number: int, fragment: str = "") -> str:
        return self.playlist(playlist_id(number), fragment)

    def playlist(self, name: str, fragment: str = "") -> str:
        return f"{self.url}/playlists/{name}.html" + (f"#{fragment}" if fragment else "")


@contextmanager
def serving(made: Website) -> Iterator[Served]:
    with listening(made.out, 0, lambda: None, base=SHARED.base) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Served(made, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def site(small: Website) -> Iterator[Served]:
    with serving(small) as served:
        yield served


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def browser(window: Browser, site: Served) -> Iterator[Browser]:
    """A browser that must ask nobody but the site, and have nothing to complain of."""
    window.open("about:blank")
    window.log("browser")
    window.log("performance")
    yield window
    assert [entry["message"] for entry in window.log("browser") if entry["level"] == "SEVERE"] == []
    assert requested_hosts(window) <= {urlsplit(site.url).netloc}


def requested_hosts(window: Browser) -> set[str]:
    events = [json.loads(entry["message"])["message"] for entry in window.log("performance")]
    urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return {urlsplit(url).netloc for url in urls if urlsplit(url).scheme in ("http", "https", "ws")}


SHOWN = "document.querySelector('#answer')?.children.length && !document.querySelector('#answer').ariaBusy"
URIS = """
const cells = document.querySelectorAll("#answer table td:nth-child(2)");
return [...cells].map((cell) => [cell.textContent, cell.firstChild.href]);
"""
LISTED = """
return Object.fromEntries(["added", "removed"].map((kind) =>
    [kind, [...document.querySelectorAll(`#answer .${kind} a`)].map((a) => a.href)]));
"""


def go(browser: Browser, url: str) -> None:
    browser.open("about:blank")
    browser.open(url)
    browser.wait(SHOWN)


def as_of(days: dict[date, Snapshot] | Any, when: date) -> Snapshot:
    found: Snapshot = days[max(known for known in days if known <= when)]
    return found


def links(seen_then: Snapshot) -> list[str]:
    return [f"{SPOTIFY}{one.uri.rpartition(':')[2]}" for one in seen_then.items]


def assert_day(browser: Browser, site: Served, name: str, when: date) -> None:
    go(browser, site.playlist(name, f"{when}"))
    assert [href for _, href in browser.run(URIS)] == links(as_of(site.made.days[name], when)), (name, when)


def assert_difference(browser: Browser, site: Served, name: str, first: date, second: date) -> None:
    go(browser, site.playlist(name, f"{first}..{second}"))
    before, after = (Counter(links(as_of(site.made.days[name], when))) for when in (first, second))
    found = browser.run(LISTED)
    assert Counter(found["added"]) == after - before, (name, first, second)
    assert Counter(found["removed"]) == before - after, (name, first, second)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 9, 20])
def test_a_day_shows_the_songs_of_that_day_in_order(browser: Browser, site: Served, number: int) -> None:
    for name, days in site.made.days.items():
        if as_of(days, day(number)).items:
            assert_day(browser, site, name, day(number))


def test_a_day_says_when_it_was_archived_and_links_to_the_version_if_it_is_on_github(
    browser: Browser, site: Served
) -> None:
    go(browser, site.page(1, f"{day(1)}"))
    assert browser.text("#answer .meta").endswith("; this version on GitHub")
    browser.run("delete document.querySelector('[data-timeline]').dataset.version")
    browser.run(f"location.hash = '{day(0)}'")
    browser.wait(f"document.querySelector('#answer .meta').textContent === 'As archived on {day(0)}'")


def test_a_day_before_the_archive_says_when_it_begins(browser: Browser, site: Served) -> None:
    go(browser, site.page(1, f"{day(-1)}"))
    assert browser.text("#answer") == f"The archive begins on {day(0)}."


def test_imported_days_show_their_songs_without_an_order(window: Browser, tmp_path: Path) -> None:
    with serving(website(tmp_path, IMPORTED, imported=day(9))) as served:
        for number in (0, 2, 3, 9):
            go(window, served.page(1, f"{day(number)}"))
            seen_then = as_of(served.made.days[playlist_id(1)], day(number))
            assert sorted(href for _, href in window.run(URIS)) == sorted(links(seen_then))
            assert ("the order of the songs is not known" in window.text("#answer")) == (number < 9)
        assert_difference(window, served, playlist_id(1), day(0), day(9))
        go(window, served.page(1, f"{day(-1)}"))
        assert window.text("#answer") == f"The archive begins on {day(0)}."


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 3), (0, 9), (3, 0), (2, 2)])
def test_a_comparison_is_the_difference(browser: Browser, site: Served, first: int, second: int) -> None:
    for name in (playlist_id(1), playlist_id(2)):
        assert_difference(browser, site, name, day(first), day(second))


def test_the_form_leads_to_an_address_and_back(browser: Browser, site: Served) -> None:
    browser.open(site.page(1))
    browser.run("document.querySelector('#then [name=day]').value = arguments[0]", f"{day(0)}")
    browser.run("document.querySelector('#then').requestSubmit()")
    browser.wait(SHOWN)
    assert browser.run("return location.hash") == f"#{day(0)}"
    assert browser.run("return document.querySelector('#now').hidden") is True
    browser.run("document.querySelector('#then [type=reset]').click()")
    browser.wait("!document.querySelector('#now').hidden")


def found(browser: Browser, site: Served, text: str) -> list[str]:
    browser.open("about:blank")
    browser.open(f"{site.url}/search.html")
    browser.run("document.querySelector('#q').value = arguments[0]", text)
    browser.run("document.querySelector('#search').requestSubmit()")
    browser.wait("/song/.test(document.querySelector('#status').textContent)")
    browser.wait("document.querySelector('#results li') || /^0/.test(document.querySelector('#status').textContent)")
    titles: list[str] = browser.run(
        "return [...document.querySelectorAll('#results > li > bdi')].map((e) => e.textContent)"
    )
    return titles


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("half a tit", 6),
        ("TITLE enough", 6),
        ("deja vu", 1),
        ("d'ete", 1),
        ("beyonc halo", 2),
        ("봄날", 3),
        ("방탄", 3),
        ("حبيبي", 4),
        ("فيروز", 4),
        ("さくら", 5),
        ("嵐", 5),
        ("Song 30", 30),
    ],
)
def test_a_search_finds_a_song(browser: Browser, site: Served, text: str, number: int) -> None:
    assert found(browser, site, text)[0] == WORDS.get(number, (f"Song {number}",))[0]


def test_a_search_says_where_and_when_and_has_an_address(browser: Browser, site: Served) -> None:
    assert found(browser, site, "halo") == ["Halo"]
    assert browser.run("return location.search") == "?q=halo"
    presences = browser.run("return [...document.querySelectorAll('#results li li')].map((e) => e.textContent)")
    assert presences == [f"Playlist 1 from {day(0)} until now", f"Playlist 2 from {day(0)} to {day(9)}"]
    assert found(browser, site, "nothing like it") == []


def test_copying_puts_the_links_on_the_clipboard(browser: Browser, site: Served) -> None:
    browser.tell("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    go(browser, site.page(1, f"{day(0)}"))
    browser.run("document.querySelector('#answer button').click()")
    browser.wait("/copied/.test(document.querySelector('#answer button').textContent)")
    assert browser.run("return navigator.clipboard.readText()").split("\n") == links(
        site.made.days[playlist_id(1)][day(0)]
    )


def test_without_javascript_a_page_has_the_list_the_log_and_links(browser: Browser, site: Served) -> None:
    browser.tell("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(f"{site.url}/index.html")
        assert "Playlist 2" in browser.text("main")
        browser.open(site.page(2))
        assert browser.text("h1") == "Playlist 2"
        assert "Song 22" in browser.text("#songs")
        assert "3 removed" in browser.text("main")
        assert "Another day" not in browser.text("main")
        browser.open(f"{site.url}/changes.html")
        assert "Song 22" in browser.text("main")
        browser.open(f"{site.url}/search.html")
        assert "needs JavaScript" in browser.text("main")
    finally:
        browser.tell("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["index.html", "changes.html", "search.html?q=song", "404.html", "playlist", "day", "two"]
)
def test_axe_finds_nothing(browser: Browser, site: Served, path: str, scheme: str) -> None:
    if not AXE.is_file():
        missing("axe is not installed: run `make tests/node_modules/.installed`")
    browser.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    fragments = {"playlist": "", "day": f"{day(0)}", "two": f"{day(0)}..{day(9)}"}
    if path in fragments:
        browser.open("about:blank")
        browser.open(site.page(1, fragments[path]))
        browser.wait("true" if path == "playlist" else SHOWN)
    else:
        browser.open(f"{site.url}/{path}")
    browser.run(AXE.read_text(encoding="utf-8") + "\n;window.axe = axe;")
    found = browser.run("return (await axe.run()).violations.map((v) => [v.id, v.nodes.map((n) => n.html)])")
    assert found == []


def test_a_page_that_is_wrong_is_found_by_axe(browser: Browser, site: Served) -> None:
    if not AXE.is_file():
        missing("axe is not installed: run `make tests/node_modules/.installed`")
    browser.open(f"{site.url}/index.html")
    browser.run("document.querySelector('label').remove(); document.documentElement.lang = '';")
    browser.run(AXE.read_text(encoding="utf-8") + "\n;window.axe = axe;")
    assert {"html-has-lang", "label"} & set(browser.run("return (await axe.run()).violations.map((v) => v.id)"))


def test_the_keyboard_alone_leads_from_a_search_to_a_song_to_its_day(browser: Browser, site: Served) -> None:
    browser.open(f"{site.url}/search.html")
    browser.wait("document.activeElement.id === 'q'")
    browser.type(*"halo", ENTER)
    browser.wait("document.querySelector('#results li li a')")
    for _ in range(12):
        browser.type(TAB)
        if browser.run("return document.activeElement.matches('#results li li a')"):
            break
    browser.type(ENTER)
    browser.wait("document.querySelector('#answer h3')")
    assert "Halo" in browser.text("#answer")


def test_the_page_for_what_is_not_there_is_ours(window: Browser, site: Served) -> None:
    window.open(f"{site.url}/nothing.html")
    assert window.text("h1") == "Nothing is here"


@pytest.mark.parametrize(
    ("page", "place"),
    [("search.html?q=halo", "#status"), (f"playlists/{playlist_id(1)}.html#{day(0)}", "#answer")],
    ids=["search", "day"],
)
def test_a_page_opened_as_a_file_says_what_helps(window: Browser, site: Served, page: str, place: str) -> None:
    window.open("about:blank")
    window.open(f"{site.made.out.as_uri()}/{page}")
    window.wait(f"/could not be loaded/.test(document.querySelector('{place}').textContent)")
    assert window.text(place).endswith("could not be loaded. Open this website with: playlist-archive site --serve")


SPLIT = "return arguments[0].map(splitWords);"
GENERATED = 3_000


def test_python_and_javascript_split_words_alike(browser: Browser, site: Served, titles: list[str]) -> None:
    generator = random.Random(16)
    blocks = [(0x20, 0x250), (0x370, 0x600), (0x600, 0x780), (0x900, 0xE00), (0x1100, 0x1200), (0x1E00, 0x2100)]
    blocks += [
        (0x3000, 0x3400),
        (0x4E00, 0x5000),
        (0xAC00, 0xAD00),
        (0xFB00, 0xFFF0),
        (0x1F300, 0x1F700),
        (0x20000, 0x20100),
    ]
    made = ["".join(chr(generator.randrange(*generator.choice(blocks))) for _ in range(12)) for _ in range(GENERATED)]
    browser.open(f"{site.url}/search.html")
    # What a newer Unicode assigned, one side may know and the other not.
    assigned = ["".join(letter for letter in text if unicodedata.category(letter) != "Cn") for text in made]
    texts = [*titles, *assigned]
    different = [
        (text, words)
        for text, words in zip(texts, browser.run(SPLIT, texts), strict=True)
        if words != split_words(text)
    ]
    assert different == []


def test_strangers_texts_are_texts_in_the_views_of_a_script(browser: Browser, site: Served) -> None:
    go(browser, site.page(1, f"{day(1)}"))
    titles = [title for title, _ in browser.run(URIS)]
    assert WORDS[7][0] in titles
    assert browser.text("#answer h3").startswith("Renamed & <i>odd</i>")
    assert browser.run("return document.querySelectorAll('#answer :is(b, i, img, script)').length") == 0


@pytest.mark.proof
def test_twenty_real_playlists_on_twenty_days(window: Browser, corpus: Path, tmp_path: Path) -> None:
    chosen = recorded_ids(corpus / "history")[5:45:2]
    series = list(observed(corpus / "history", chosen))
    generator = random.Random(20)
    with serving(website(tmp_path, series)) as site:
        assert len(site.made.days) == 20
        for name, days in site.made.days.items():
            known = sorted(days)
            for when in generator.sample(known, 20):
                assert_day(window, site, name, when)
            for first, second in [sorted(generator.sample(known, 2)) for _ in range(3)]:
                assert_difference(window, site, name, first, second)
