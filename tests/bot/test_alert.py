from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive.registry import Problem
from playlist_archive.bot import alert
from playlist_archive.bot.alert import CONSENT, FAILURE, Alert, is_whole, of_consent, of_run, show
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from tests.builders import playlist_id
from tests.fake_gh import FakeGh
from tests.hostile import HOSTILE

TODAY = date(2026, 11, 23)
RUN = "https://github.com/somebody/archive/actions/runs/77"


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeGh:
    fake = FakeGh(tmp_path)
    for name, value in fake.environment.items():
        monkeypatch.setenv(name, value)
    return fake


def result(*outcomes: Outcome, **facts: object) -> Result:
    return Result(TODAY, outcomes, problems=(), requests=1, written=())._replace(**facts)  # type: ignore[arg-type]  # any field


def failed(number: int, why: str = "the server is down") -> Outcome:
    return Outcome(playlist_id(number), Kind.FAILED, "Songs", note=Note(why))


def given(days_ago: int) -> date:
    return TODAY - timedelta(days=days_ago)


# What is wrong with a run


def test_a_good_run_is_nothing_to_tell() -> None:
    assert of_run(result(Outcome(playlist_id(), Kind.UPDATED)), run_url=RUN) is None


def test_what_is_wrong_is_told_with_the_run_before_the_playlists() -> None:
    wrong = result(failed(1), problems=(Problem("registry/x", "rename it"),), troubles=(Note("not pushed"),))
    told = of_run(wrong, run_url=RUN)
    assert told
    assert told.body.splitlines()[:5] == [
        "Not everything was archived on 2026-11-23:",
        "",
        "- `not pushed`",
        "- `registry/x`: `rename it`",
        f"- `{playlist_id(1)}`: `the server is down`",
    ]
    assert RUN in told.body


def test_a_refused_run_says_that_nothing_was_archived() -> None:
    told = of_run(result(refused=Note("nothing was served: no Premium")), run_url="")
    assert told
    assert told.body.startswith("Nothing was archived on 2026-11-23:\n\n- `nothing was served: no Premium`\n\nThis")


def test_a_run_that_left_no_result_is_told_too() -> None:
    told = of_run(None, run_url=RUN)
    assert told
    assert told.body.startswith("The run ended before it could say what it archived.")


def test_a_setting_that_makes_no_sense_is_named_where_a_run_left_no_result_and_where_it_did() -> None:
    problem = "SPOTIFY_AUTHORIZED_ON must be a day, such as 2026-11-23"
    ended = of_run(None, run_url=RUN, settings_problem=problem)
    assert ended
    assert f"- `{problem}`" in ended.body
    assert RUN in ended.body
    good = of_run(result(Outcome(playlist_id(), Kind.UPDATED)), run_url="", settings_problem=problem)
    assert good
    assert good.body.splitlines()[:3] == [
        "All was archived on 2026-11-23, but a setting makes no sense:",
        "",
        f"- `{problem}`",
    ]


def test_many_failures_are_some_and_a_number() -> None:
    told = of_run(result(*map(failed, range(1, 10_001))), run_url=RUN)
    assert told
    assert "- and 9950 more" in told.body
    assert len(told.body) < 65_536


@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_text_of_strangers_calls_nobody_and_closes_nothing(text: str) -> None:
    told = of_run(result(failed(1, text), problems=(Problem(text, text),), troubles=(Note(text),)), run_url="")
    assert told
    for line in told.body.splitlines()[2:5]:
        assert line.startswith("- `")
        assert line.endswith("`")
    assert len(told.body) < 65_536


def test_a_run_is_whole_if_it_was_to_archive_all_that_is_registered() -> None:
    some = result(Outcome(playlist_id(1), Kind.UPDATED))
    assert is_whole(some, [playlist_id(1)])
    assert is_whole(some, [])
    assert not is_whole(some, [playlist_id(1), playlist_id(2)])
    assert not is_whole(None, [])


# The consent


@pytest.mark.parametrize(
    ("days_ago", "title", "how"),
    [
        (150, "Renew Spotify's consent: 30 days left", "quiet"),
        (151, "Renew Spotify's consent: 29 days left", "quiet"),
        (176, "Renew Spotify's consent: 4 days left", "quiet"),
        (177, "Renew Spotify's consent: 3 days left", "urgent"),
        (179, "Renew Spotify's consent: 1 day left", "urgent"),
        (180, "Renew Spotify's consent: it has ended", "urgent"),
        (400, "Renew Spotify's consent: it has ended", "urgent"),
    ],
)
def test_a_consent_is_told_of_in_time(days_ago: int, title: str, how: str) -> None:
    told = of_consent(given(days_ago), today=TODAY)
    assert told
    assert (told.title, told.urgent) == (title, how == "urgent")
    assert given(days_ago).isoformat() in told.body


def test_a_consent_that_has_time_or_no_known_day_is_nothing_to_tell() -> None:
    assert of_consent(given(0), today=TODAY) is None
    assert of_consent(given(149), today=TODAY) is None
    assert of_consent(None, today=TODAY) is None


# The issue


def test_an_issue_is_opened_rewritten_and_closed(gh: FakeGh) -> None:
    assert show(FAILURE, None) == ""
    assert show(FAILURE, Alert("Bad", "One")) == "opened an issue: Bad"
    assert show(FAILURE, Alert("Bad", "Two")) == "brought issue #1 up to date"
    (issue,) = gh.state["issues"]
    assert (issue["body"], issue["comments"]) == ("Two", [])
    assert show(FAILURE, None, may_close=False) == ""
    assert show(FAILURE, None) == "closed issue #1"
    assert [(each["state"], each["comments"]) for each in gh.state["issues"]] == [("closed", ["It works again."])]
    assert show(FAILURE, Alert("Bad", "Three")) == "opened an issue: Bad"
    assert len(gh.state["issues"]) == 2


def test_two_failures_in_a_row_make_one_issue_and_a_success_closes_it_though_the_search_knows_of_none(
    gh: FakeGh,
) -> None:
    gh.state |= {"searchable": 0}
    show(FAILURE, Alert("Bad", "One"))
    show(FAILURE, Alert("Bad", "Two"))
    assert [each["state"] for each in gh.state["issues"]] == ["open"]
    show(FAILURE, None)
    assert [each["state"] for each in gh.state["issues"]] == ["closed"]


def test_the_two_issues_know_nothing_of_each_other(gh: FakeGh) -> None:
    show(FAILURE, Alert("Bad", "One"))
    show(CONSENT, Alert("Old", "Two"))
    show(FAILURE, None)
    assert [(each["label"], each["state"]) for each in gh.state["issues"]] == [
        ("archive-failed", "closed"),
        ("archive-consent", "open"),
    ]


def test_an_urgent_issue_speaks_once_a_day_however_many_runs_there_are(gh: FakeGh) -> None:
    for days_ago in (176, 177, 177, 178, 180, 181):
        show(CONSENT, of_consent(given(days_ago), today=TODAY))
    assert gh.state["issues"][0]["comments"] == [
        "Renew Spotify's consent: 3 days left",
        "Renew Spotify's consent: 2 days left",
        "Renew Spotify's consent: it has ended",
    ]


def test_the_labels_are_those_by_which_open_issues_are_found() -> None:
    assert (alert.FAILURE, alert.CONSENT) == ("archive-failed", "archive-consent")
