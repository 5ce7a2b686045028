import re

import pytest
from hypothesis import given

from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.report.commit_message import COMMIT_LINES, commit_message, still_watching
from tests.builders import playlist_id
from tests.github_runner import is_obeyed
from tests.report.results import DAY, changed, outcome, result, results


@pytest.mark.parametrize(
    ("outcomes_", "subject"),
    [
        (
            [outcome(n, added=3, removed=2) for n in range(1, 11)] + [outcome(11, added=4), outcome(12, removed=1)],
            "Archive 2026-11-23: 12 playlists changed, +34 −21 songs",
        ),
        ([outcome(1, Kind.CREATED, added=1)], "Archive 2026-11-23: 1 playlist changed, +1 −0 songs"),
        ([outcome(1, Kind.UNCHANGED)], "Archive 2026-11-23: 0 playlists changed, +0 −0 songs"),
        (
            [outcome(n, added=1_000) for n in range(1, 1_201)],
            "Archive 2026-11-23: 1,200 playlists changed, +1,200,000 −0 songs",
        ),
    ],
)
def test_the_subject_of_a_commit_counts(outcomes_: list[Outcome], subject: str) -> None:
    assert commit_message(result(*outcomes_), DAY).split("\n")[0] == subject


def test_the_body_of_a_commit_has_a_line_for_each_playlist_that_changed() -> None:
    told = result(
        outcome(1, Kind.CREATED, added=2),
        outcome(2, title="", added=1, removed=1),
        outcome(3, Kind.UNCHANGED),
        outcome(4, Kind.FAILED),
        outcome(5, Kind.UNAVAILABLE, marked=True),
        outcome(6, Kind.UNAVAILABLE),
    )
    assert commit_message(told, DAY) == (
        "Archive 2026-11-23: 2 playlists changed, +3 −1 songs\n"
        "\n"
        f"- Songs ({playlist_id(1)}): created +2 −0\n"
        f"- {playlist_id(2)}: updated +1 −1\n"
        f"- Songs ({playlist_id(5)}): no longer served\n"
    )


def test_a_commit_without_changed_playlists_has_no_body() -> None:
    message = commit_message(result(outcome(1, Kind.UNCHANGED)), DAY)
    assert message.count("\n") == 1
    assert message.endswith("\n")


def test_the_body_of_a_commit_is_capped() -> None:
    lines = commit_message(result(*changed(COMMIT_LINES + 1_234)), DAY).splitlines()
    assert len(lines) == 2 + COMMIT_LINES + 1
    assert lines[-1] == "- and 1,234 more"
    assert commit_message(result(*changed(COMMIT_LINES)), DAY).splitlines()[-1].startswith("- Songs")


def test_the_sign_of_life_names_the_last_day() -> None:
    assert still_watching(DAY) == "Still watching: nothing changed since 2026-11-23\n"


@given(results)
def test_a_commit_message_does_nothing_by_itself(told: Result) -> None:
    message = commit_message(told, DAY)
    subject, *body = message.removesuffix("\n").split("\n")
    assert subject.startswith("Archive 2026-11-23: ")
    assert not body or body[0] == ""
    assert all(line.startswith("- ") for line in body[1:])  # so no trailer
    assert not is_obeyed(message)
    assert not re.search(r"#\d|@\w|\bGH-\d|://\w|\[(skip|no|ci|actions)\b", message, re.IGNORECASE)
    assert message.encode("utf-8")
