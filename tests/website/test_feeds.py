"""The feeds: every reader takes them, and each change is told once."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import feedparser
import pytest
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from tests.builders import playlist_id
from tests.website.sites import Website, built, day, seen, website

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
RULES = (
    "/atom:feed[atom:author or not(atom:entry[not(atom:author)])]",
    "/atom:feed[not(atom:entry[not(atom:link[not(@rel) or @rel='alternate'] or atom:content)])]",
    "/atom:feed[not(atom:entry[not(atom:author or ../atom:author or atom:source/atom:author)])]",
)
"""What appendix B of RFC 4287 asks beyond its grammar."""
Address = Annotated[str, Field(pattern=r"^https://")]


class JsonFeedItem(BaseModel):
    """An item as JSON Feed 1.1 has it."""

    model_config = ConfigDict(extra="forbid", strict=False)
    id: str
    url: Address
    title: str
    content_html: str
    date_published: datetime


class JsonFeed(BaseModel):
    """A feed as JSON Feed 1.1 has it."""

    model_config = ConfigDict(extra="forbid")
    version: Literal["https://jsonfeed.org/version/1.1"]
    title: Annotated[str, Field(min_length=1)]
    home_page_url: Address
    feed_url: Address
    items: tuple[JsonFeedItem, ...]


def feeds(out: Path) -> list[Path]:
    return sorted([*out.glob("*.xml"), *out.glob("playlists/*.xml")])


def is_atom(feed: etree._ElementTree | etree._Element) -> bool:
    rules = (feed.xpath(rule, namespaces={"atom": "http://www.w3.org/2005/Atom"}) for rule in RULES)
    return SCHEMA.validate(feed) and all(rules)


def assert_feed(path: Path) -> None:
    parsed = feedparser.parse(path.read_bytes())
    assert not parsed.bozo, parsed
    assert parsed.feed.title
    document = etree.parse(path)
    assert is_atom(document), (path, SCHEMA.error_log)
    found = JsonFeed.model_validate_json(path.with_suffix(".json").read_bytes())
    assert [one.id for one in found.items] == [one.id for one in parsed.entries]
    assert [one.title for one in found.items] == [one.title for one in parsed.entries]


def test_every_feed_is_read_without_complaint_follows_the_schema_and_is_the_same_as_json(small: Website) -> None:
    found = feeds(small.out)
    assert len(found) == 4
    for path in found:
        assert_feed(path)


def test_the_schema_refuses_what_is_no_atom(small: Website) -> None:
    text = (small.out / "feed.xml").read_text(encoding="utf-8")
    for wrong in (
        text.replace("<updated>2026", "<updated>yesterday 2026", 1),
        text.replace("<id>", "<uid>", 1).replace("</id>", "</uid>", 1),
        text.replace("<author><name>archive</name></author>", "", 1),
        text.replace('type="html"', 'type="markup"', 1),
        text.replace("<entry>", "<entry><entry/>", 1),
        re.sub('<link href="[^"]*"/>', "<link/>", text, count=1),
    ):
        assert wrong != text
        assert not is_atom(etree.fromstring(wrong.encode()))


def test_an_entry_names_the_day_and_what_changed_with_links(small: Website) -> None:
    found = JsonFeed.model_validate_json((small.out / "playlists" / f"{playlist_id(2)}.json").read_bytes())
    assert [one.title for one in found.items] == [
        "Playlist 2: 3 removed",
        "Playlist 2: 1 added, 2 moved",
        "Playlist 2: first archived, 3 songs",
    ]
    newest = found.items[0]
    assert newest.url == f"https://somebody.github.io/archive/playlists/{playlist_id(2)}.html#{day(9)}"
    assert 'href="https://open.spotify.com/track/0000000000000000000020"' in newest.content_html
    assert newest.id.startswith(f"tag:somebody.github.io,{day(9).year}:{playlist_id(2)}/")


def test_an_entry_names_five_songs_of_a_kind_and_counts_the_others(tmp_path: Path) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1)), (day(1), seen(1, *range(1, 9)))])
    newest = json.loads((made.out / "feed.json").read_text(encoding="utf-8"))["items"][0]
    assert newest["content_html"].count("<a href=") == 5
    assert "<li>and 2 more</ul>" in newest["content_html"]


def test_moved_songs_and_likes_alone_are_no_entry(tmp_path: Path) -> None:
    series = [(day(0), seen(1, 1, 2)), (day(1), seen(1, 2, 1)), (day(2), seen(1, 2, 1, likes=5))]
    made = website(tmp_path, series)
    items = json.loads((made.out / "feed.json").read_text(encoding="utf-8"))["items"]
    assert [item["title"] for item in items] == ["Playlist 1: first archived, 2 songs"]


def test_ids_stay_over_a_rebuild_and_no_two_are_alike(small: Website, tmp_path: Path) -> None:
    built(small.root, tmp_path / "again")
    before, after = (
        [one.id for one in JsonFeed.model_validate_json((out / "feed.json").read_bytes()).items]
        for out in (small.out, tmp_path / "again")
    )
    assert before == after
    assert len(before) == len(set(before)) == 7


@pytest.mark.parametrize("bad", ["\x01\x0b", "\ufffe", "]]>", "<script>alert(1)</script>", "&amp;\x85"])
def test_what_no_xml_may_hold_stands_in_no_feed(tmp_path: Path, bad: str) -> None:
    made = website(tmp_path, [(day(0), seen(1, 1, name=f"a{bad}b", description=bad)), (day(1), seen(1, 2, name="c"))])
    parsed = feedparser.parse((made.out / "feed.xml").read_bytes())
    assert not parsed.bozo
    assert len(parsed.entries) == 2
