from datetime import timedelta

import pytest
from hypothesis import given

from playlist_archive.ahead import End
from playlist_archive.archive.registry import Problem
from playlist_archive.outcome import Kind, Result
from playlist_archive.problem import Note
from playlist_archive.render.page import Repository
from playlist_archive.report import summary
from playlist_archive.untrusted import one_line
from tests.builders import playlist_id
from tests.hostile import HOSTILE
from tests.render.github import read
from tests.report.results import changed, outcome, result, results

SITE = Repository("somebody/archive", "main")
PAGES = "https://github.com/somebody/archive/blob/main/playlists/pretty"


def test_a_summary_says_what_ends_first() -> None:
    day = result().day
    ends = [End("GitHub stops the schedule", day + timedelta(days=9)), End("it ends", day + timedelta(days=1))]
    assert f"\n\nNext: it ends in 1 day, on {day + timedelta(days=1)}.\n" in summary.of_run(result(), ends=ends)
    assert "Next:" not in summary.of_run(result())


def test_a_summary_tells_totals_changes_and_what_is_wrong() -> None:
    told = result(
        outcome(1, Kind.CREATED, "New", added=50),
        outcome(2, Kind.UPDATED, added=2, removed=1, null_items=3),
        outcome(3, Kind.UNAVAILABLE, "Lost", note=Note("not found", "ask its owner")),
        outcome(4, Kind.FAILED, "", note=Note("no answer", "it is asked again tomorrow")),
        outcome(5, Kind.SKIPPED, note=Note("the ceiling is reached")),
        outcome(6, Kind.SKIPPED, note=Note("the ceiling is reached")),
        problems=(Problem("registry/x y", "it is bad", "rename it"),),
        troubles=(Note("1. trouble"),),
    )
    assert summary.of_run(told, SITE) == (
        "## Archive of 2026-11-23\n\n"
        "| Playlists | |\n|---|---|\n| created | 1 |\n| updated | 1 |\n| unchanged | 0 |\n| unavailable | 1 |\n"
        "| failed | 1 |\n| skipped | 2 |\n| songs | +52 −1 |\n| songs that Spotify removed | 3 |\n| requests | 12 |\n\n"
        "> [!CAUTION]\n> 1\\. trouble\n\n"
        "### What changed\n\n"
        f"- [New]({PAGES}/{playlist_id(1)}.md): created +50 −0\n"
        f"- [Songs]({PAGES}/{playlist_id(2)}.md): updated +2 −1\n\n"
        "### Bad registry entries\n\n- registry/x y: it is bad: rename it\n\n"
        "### What is wrong\n\n"
        f"- [{playlist_id(4)}](https://open.spotify.com/playlist/{playlist_id(4)}): failed: "
        "no answer: it is asked again tomorrow\n"
        f"- [Lost]({PAGES}/{playlist_id(3)}.md): unavailable: not found: ask its owner\n\n"
        "### What was left for another run\n\n- 2 playlists: the ceiling is reached\n"
    )


def test_a_summary_of_a_quiet_day_is_its_totals() -> None:
    text = summary.of_run(result(outcome(1, Kind.UNCHANGED)), SITE)
    assert text.startswith("## Archive of 2026-11-23\n\n| Playlists | |\n")
    assert text.endswith("| requests | 12 |\n")


@pytest.mark.parametrize(
    ("repository", "server", "url"),
    [
        (Repository("a/b", "main"), "https://github.com", "https://github.com/a/b/blob/main/playlists/pretty/"),
        (Repository("a/b", "x #1"), "https://github.com", "https://github.com/a/b/blob/x%20%231/playlists/pretty/"),
        (Repository("a/b", "x/y"), "https://ghe.example.org", "https://ghe.example.org/a/b/blob/x/y/playlists/pretty/"),
        (Repository(None, "main"), "https://github.com", "https://open.spotify.com/playlist/"),
    ],
)
def test_links_lead_to_pages_from_wherever_the_summary_is_shown(repository: Repository, server: str, url: str) -> None:
    text = summary.of_run(result(outcome(1)), repository, server=server)
    links = {target or "" for name, target in read(text).attributes if name == "href"}
    assert len(links) == 1
    assert links.pop().startswith(url)


@pytest.mark.parametrize("title", [title for title in HOSTILE if title and len(title) < 120])
def test_names_are_shown_as_they_are(title: str) -> None:
    text = summary.of_run(result(outcome(1, title=title), outcome(2, title="b")), SITE)
    page = read(text)
    shown, other = page.texts["li"]
    assert shown == f"{one_line(title)}: updated +0 −0"
    assert other == "b: updated +0 −0"
    assert set(page.elements) == {"h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a"}


@given(results)
def test_nothing_in_a_summary_acts(told: Result) -> None:
    text = summary.of_run(told, SITE)
    page = read(text)
    assert set(page.elements) <= {
        *("h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a", "blockquote", "p"),
    }
    links = {target or "" for name, target in page.attributes if name == "href"}
    assert all(link.startswith((PAGES, "https://open.spotify.com/playlist/0")) for link in links)
    assert text.encode("utf-8")


def test_a_long_section_is_capped() -> None:
    text = summary.of_run(result(*changed(summary.MOST_ROWS + 1_000)), SITE)
    rows = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(rows) == summary.MOST_ROWS + 1
    assert rows[-1] == "- and 1,000 more"


def test_a_summary_that_is_too_large_ends_with_a_whole_line(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [
        outcome(n, kind, "<" * 120, note=Note("&amp;é" * 100))
        for n in range(1, 501)
        for kind in (Kind.UPDATED, Kind.FAILED)
    ]
    bad = tuple(Problem("<é" * 250, "&amp;é" * 100) for _ in range(500))
    told = result(*every, problems=bad)
    text = summary.of_run(told, SITE)
    monkeypatch.setattr(summary, "MOST_BYTES", 100_000_000)
    whole = summary.of_run(told, SITE)
    *lines, empty, last = text.splitlines()
    assert 995_000 < len(text.encode()) <= 1_000_000 < len(whole.encode())
    assert lines == whole.splitlines()[: len(lines)]
    assert (empty, last[:20]) == ("", "The rest is left out")


def test_a_run_that_ended_as_planned_is_a_note() -> None:
    assert "> [!NOTE]\n> the ceiling of 400 requests" in summary.of_run(
        result(ended=Note("the ceiling of 400 requests"))
    )


@pytest.mark.parametrize("title", ["\u200b", "\u2800", "\u3164", "\ufe0f", "\u202e"])
def test_a_playlist_whose_name_shows_nothing_is_linked_by_its_id(title: str) -> None:
    page = read(summary.of_run(result(outcome(1, title=title)), SITE))
    assert page.texts["li"] == [f"{playlist_id(1)}: updated +0 −0"]
