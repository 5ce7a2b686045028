"""The website of a real history, all of it: every page is valid, every link leads somewhere, every feed is one."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from lxml import etree

from playlist_archive.history.timeline import read_timeline
from tests.replayed import observed
from tests.website.sites import SHARED, Website, website
from tests.website.test_build import LINKS, leads_somewhere, pages, parsed
from tests.website.test_feeds import assert_feed, feeds

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Website:
    """Sixty playlists on 129 days."""
    return website(tmp_path_factory.mktemp("whole"), observed(corpus / "history"))


def is_a_day(made: Website, name: str, fragment: str) -> bool:
    """Whether the playlist has a version of that day, so that the page can show it."""
    timeline = read_timeline((made.out / "timelines" / f"{name}.json.gz").read_bytes())
    return fragment in map(str, timeline.days)


def days_linked(page: Path, document: Element) -> Iterator[tuple[str, str]]:
    """Playlist and day of each link to a day: on a playlist's own page they are made of the calendar and the log."""
    for link in document.iter("a"):
        target = urlsplit(link.get("href") or "")
        if target.fragment[:2] == "20" and not target.netloc:
            yield Path(target.path).stem or page.stem, target.fragment
    for table in document.iter("table"):
        for cell in table.iter("td") if table.get("data-month") else ():
            if cell.get("class"):
                yield page.stem, f"{table.get('data-month')}-{(cell.text or '').strip():0>2}"


def test_every_page_is_valid_and_every_link_leads_somewhere(whole: Website) -> None:
    links = days = 0
    for page in pages(whole.out):
        document = parsed(page)
        for element in document.iter():
            for link in filter(None, map(element.get, LINKS)):
                links += 1
                assert leads_somewhere(whole.out, page, link), (page.name, link)
        for name, day in days_linked(page, document):
            days += 1
            assert is_a_day(whole, name, day), (page.name, name, day)
    assert len(pages(whole.out)) == 64
    assert links > 8_000
    assert days > 1_000


def test_every_feed_is_one_and_its_links_lead_somewhere(whole: Website) -> None:
    assert len(feeds(whole.out)) == 61
    for path in feeds(whole.out):
        assert_feed(path)
        for link in etree.parse(path).iter("{*}link"):
            target = urlsplit(link.get("href").removeprefix(SHARED.url))
            assert (whole.out / target.path).is_file()
            assert not target.fragment or is_a_day(whole, Path(target.path).stem, target.fragment)
