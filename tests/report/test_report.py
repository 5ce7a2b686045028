from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.registry import Problem, Registry
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.render.page import Repository
from playlist_archive.report import report
from playlist_archive.spotify.oembed import UNKNOWN
from playlist_archive.untrusted import one_line
from tests.builders import playlist_id
from tests.github_runner import is_obeyed, read_command
from tests.hostile import HOSTILE, texts
from tests.render.github import read

DAY = date(2026, 11, 23)
SITE = Repository("somebody/archive", "main")
PAGES = "https://github.com/somebody/archive/blob/main/playlists/pretty"


def outcome(number: int, kind: Kind = Kind.UPDATED, title: str = "Songs", **facts: object) -> Outcome:
    return Outcome(playlist_id(number), kind, title)._replace(**facts)  # type: ignore[arg-type]  # any field


def result(*outcomes: Outcome, **facts: object) -> Result:
    return Result(DAY, outcomes, problems=(), requests=12, written=())._replace(**facts)  # type: ignore[arg-type]  # any field


def changed(count: int, title: str = "Songs") -> list[Outcome]:
    return [outcome(number, title=title, added=3, removed=1) for number in range(1, count + 1)]


kinds = st.sampled_from(list(Kind))
outcomes = st.builds(
    Outcome,
    st.integers(1, 99).map(playlist_id),
    kinds,
    title=texts,
    added=st.integers(0, 9),
    removed=st.integers(0, 9),
    why=texts,
    marked=st.booleans(),
)
problems = st.builds(Problem, texts, texts, st.integers(1, 9))
results = st.builds(
    Result,
    st.just(DAY),
    st.lists(outcomes, max_size=6).map(tuple),
    st.lists(problems, max_size=3).map(tuple),
    st.just(1),
    st.just(()),
    ended=texts,
    refused=texts,
    troubles=st.lists(texts, max_size=2).map(tuple),
)


# The console


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (outcome(1, Kind.CREATED, added=50), f"created     {playlist_id(1)} Songs +50 −0"),
        (outcome(1, Kind.UPDATED, added=1_234, removed=1), f"updated     {playlist_id(1)} Songs +1,234 −1"),
        (outcome(1, Kind.UNCHANGED), f"unchanged   {playlist_id(1)} Songs"),
        (outcome(1, Kind.FAILED, title="", why="no answer"), f"failed      {playlist_id(1)} (no answer)"),
        (outcome(1, Kind.UNAVAILABLE, why="not found"), f"unavailable {playlist_id(1)} Songs (not found)"),
        (outcome(1, Kind.SKIPPED, title="\n", why="no more"), f"skipped     {playlist_id(1)} (no more)"),
    ],
)
def test_a_playlist_is_one_line_on_the_console(told: Outcome, line: str) -> None:
    assert report.console_line(told) == line


def test_the_totals_count_and_tell_what_is_wrong() -> None:
    told = result(outcome(1, null_items=2), outcome(2, Kind.FAILED), outcome(3), troubles=("trouble",), ended="the end")
    assert report.console_totals(told) == [
        "2 updated, 1 failed; 12 requests",
        "2 removed by Spotify from its catalogue: such rows are counted, not shown",
        "trouble",
        "the end",
    ]


def test_the_totals_of_nothing_say_so() -> None:
    assert report.console_totals(result(requests=1)) == ["nothing to archive; 1 request"]


def test_a_refused_run_says_that_nothing_was_written() -> None:
    assert report.console_totals(result(refused="no token"))[-1] == "nothing was written: no token"


@given(results)
def test_no_line_on_the_console_is_a_command(told: Result) -> None:
    lines = [
        *map(report.console_line, told.outcomes),
        *report.console_totals(told),
        *map(report.problem_line, told.problems),
        *report.proposal_lines([problem.path for problem in told.problems], [o.title for o in told.outcomes]),
        *report.check_lines(Registry(dict.fromkeys(ids(told)), ()), dict(zip(ids(told), titles(told), strict=True))),
    ]
    for line in lines:
        assert not is_obeyed(line)
        assert len(line.splitlines()) <= 1
        assert line.encode("utf-8").decode("utf-8") == line


def ids(told: Result) -> list[PlaylistId]:
    return [outcome.id for outcome in told.outcomes]


def titles(told: Result) -> list[str]:
    return [outcome.title for outcome in told.outcomes]


def test_a_check_tells_the_titles_that_were_asked_for() -> None:
    registry = Registry({playlist_id(1): None, playlist_id(2): "Mine", playlist_id(3): None}, ())
    assert report.check_lines(registry, {playlist_id(1): "Songs", playlist_id(3): None}) == [
        f"{playlist_id(1)}: Songs",
        f"{playlist_id(3)}: {UNKNOWN}",
    ]
    assert report.check_lines(registry, {}) == []


def test_a_proposal_tells_what_else_it_does() -> None:
    assert report.proposal_lines([f"registry/{playlist_id()}"], [".github/x.yml"]) == [
        f"removes     registry/{playlist_id()}",
        "touches     .github/x.yml: no entry of the registry, look at it yourself",
    ]


# The commit


# Annotations


def test_what_is_wrong_is_annotated_the_worst_first() -> None:
    told = result(
        outcome(1),
        outcome(2, Kind.UNAVAILABLE, why="not found"),
        outcome(3, Kind.FAILED, why="no answer"),
        outcome(4, Kind.SKIPPED, why="no more"),
        problems=(Problem("registry/x", "it is bad", line=2),),
        refused="no token",
        troubles=("trouble",),
        ended="quota",
        cut_short=True,
    )
    assert list(report.annotations(told)) == [
        "::error::nothing was written: no token",
        "::error::trouble",
        "::error::quota",
        "::error file=registry/x,line=2,title=Bad registry entry::it is bad",
        f"::error::{playlist_id(3)}: no answer",
        f"::warning::{playlist_id(2)}: not found",
    ]


def test_a_run_that_ended_as_planned_is_no_error() -> None:
    told = result(ended="the ceiling of 400 requests")
    assert list(report.annotations(told)) == ["::notice::the ceiling of 400 requests"]
    assert "> [!NOTE]\n> the ceiling of 400 requests" in report.summary(told, DAY)


@pytest.mark.parametrize(("wrong", "printed"), [(0, 0), (1, 1), (9, 9), (10, 10), (500, 10)])
def test_github_shows_all_annotations_that_are_printed(wrong: int, printed: int) -> None:
    told = result(*(outcome(number, Kind.FAILED, why="no answer") for number in range(1, wrong + 1)))
    lines = list(report.annotations(told))
    assert len(lines) == printed
    if wrong > report.ANNOTATIONS:
        assert lines[-1] == f"::warning::and {wrong - report.ANNOTATIONS} more, see the run's summary"


@given(results)
def test_an_annotation_is_one_command_of_ours(told: Result) -> None:
    for line in report.annotations(told):
        command = read_command(line)
        assert command.name in {"error", "warning", "notice"}
        assert command.properties.keys() <= {"file", "line", "title"}
        assert not is_obeyed(line.removeprefix("::"))


# The summary


def test_a_summary_tells_totals_changes_and_what_is_wrong() -> None:
    told = result(
        outcome(1, Kind.CREATED, "New", added=50),
        outcome(2, Kind.UPDATED, added=2, removed=1, null_items=3),
        outcome(3, Kind.UNAVAILABLE, "Lost", why="not found: ask its owner"),
        outcome(4, Kind.FAILED, "", why="no answer: it is asked again tomorrow"),
        outcome(5, Kind.SKIPPED, why="the ceiling is reached"),
        outcome(6, Kind.SKIPPED, why="the ceiling is reached"),
        problems=(Problem("registry/x y", "it is bad: rename it"),),
        troubles=("1. trouble",),
    )
    assert report.summary(told, DAY, SITE) == (
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
    text = report.summary(result(outcome(1, Kind.UNCHANGED)), DAY, SITE)
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
    text = report.summary(result(outcome(1)), DAY, repository, server=server)
    links = {target or "" for name, target in read(text).attributes if name == "href"}
    assert len(links) == 1
    assert links.pop().startswith(url)


@pytest.mark.parametrize("title", [title for title in HOSTILE if title and len(title) < 120])
def test_names_are_shown_as_they_are(title: str) -> None:
    text = report.summary(result(outcome(1, title=title), outcome(2, title="b")), DAY, SITE)
    page = read(text)
    shown, other = page.texts["li"]
    assert shown == f"{one_line(title)}: updated +0 −0"
    assert other == "b: updated +0 −0"
    assert set(page.elements) == {"h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a"}


@given(results)
def test_nothing_in_a_summary_acts(told: Result) -> None:
    text = report.summary(told, DAY, SITE)
    page = read(text)
    assert set(page.elements) <= {
        *("h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a", "blockquote", "p"),
    }
    links = {target or "" for name, target in page.attributes if name == "href"}
    assert all(link.startswith((PAGES, "https://open.spotify.com/playlist/0")) for link in links)
    assert text.encode("utf-8")


def test_a_long_section_is_capped() -> None:
    text = report.summary(result(*changed(report.SUMMARY_ROWS + 1_000)), DAY, SITE)
    rows = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(rows) == report.SUMMARY_ROWS + 1
    assert rows[-1] == "- and 1,000 more"


def test_a_summary_that_is_too_large_ends_with_a_whole_line(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [
        outcome(n, kind, "<" * 120, why="&amp;é" * 100) for n in range(1, 501) for kind in (Kind.UPDATED, Kind.FAILED)
    ]
    bad = tuple(Problem("<é" * 250, "&amp;é" * 100) for _ in range(500))
    told = result(*every, problems=bad)
    text = report.summary(told, DAY, SITE)
    monkeypatch.setattr(report, "SUMMARY_BYTES", 100_000_000)
    whole = report.summary(told, DAY, SITE)
    *lines, empty, last = text.splitlines()
    assert 995_000 < len(text.encode()) <= 1_000_000 < len(whole.encode())
    assert lines == whole.splitlines()[: len(lines)]
    assert (empty, last[:20]) == ("", "The rest is left out")
