from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.archive.model import Reason, Record, Unavailable
from playlist_archive.report.commit_message import (
    COMMIT_LINES,
    Change,
    commit_message,
    still_watching,
)
from tests.builders import playlist_id, record, track

DAY = date(2026, 11, 23)
LOST = Unavailable(since=DAY, reason=Reason.NOT_FOUND)


def songs(numbers: Sequence[int], **facts: object) -> Record:
    return record([track(number) for number in numbers], name="Songs", **facts)


def change(number: int, old: Record | None, new: Record | None) -> Change:
    return Change(playlist_id(number), old, new)


def updated(number: int, *, added: int = 0, removed: int = 0) -> Change:
    return change(number, songs(range(removed)), songs(range(removed, removed + added)))


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        (
            [updated(1, added=3), *(updated(number, added=2, removed=3) for number in range(2, 9))],
            "Archive 2026-11-23: 8 playlists changed, +17 −21 songs",
        ),
        ([change(1, None, songs([1]))], "Archive 2026-11-23: 1 playlist changed, +1 −0 songs"),
        ([], "Archive 2026-11-23: 0 playlists changed, +0 −0 songs"),
        ([updated(n, added=1) for n in range(1_200)], "Archive 2026-11-23: 1,200 playlists changed, +1,200 −0 songs"),
    ],
)
def test_the_subject_counts(changes: list[Change], subject: str) -> None:
    assert commit_message(changes, DAY).split("\n")[0] == subject


def test_the_body_has_a_line_for_each_playlist_that_changed() -> None:
    lost = songs([1, 2], unavailable=LOST)
    changes = [
        change(1, songs([1, 2]), lost),
        change(2, None, songs([1, 2])),
        change(3, record([track(1)], name=""), record([track(2)], name="")),
        change(4, lost, lost.model_copy(update={"alias": "Mine"})),
        change(5, songs([1]), lost),
        change(6, None, lost),
        change(7, songs([1]), None),
        change(8, lost, songs([1, 2])),
    ]
    assert commit_message(changes, DAY) == (
        "Archive 2026-11-23: 7 playlists changed, +6 −1 songs\n"
        "\n"
        f"- Songs ({playlist_id(2)}): created +2 −0\n"
        f"- {playlist_id(3)}: updated +1 −1\n"
        f"- Mine ({playlist_id(4)}): updated +0 −0\n"
        f"- Songs ({playlist_id(5)}): updated +1 −0, no longer served\n"
        f"- Songs ({playlist_id(6)}): created +2 −0, no longer served\n"
        f"- Songs ({playlist_id(7)}): removed\n"
        f"- Songs ({playlist_id(8)}): updated +0 −0\n"
        f"- Songs ({playlist_id(1)}): no longer served\n"
    )


def test_without_changed_playlists_there_is_no_body() -> None:
    message = commit_message([], DAY)
    assert message.count("\n") == 1
    assert message.endswith("\n")


def test_the_body_is_capped() -> None:
    lines = commit_message([updated(n, added=1) for n in range(COMMIT_LINES + 1_234)], DAY).splitlines()
    assert len(lines) == 2 + COMMIT_LINES + 1
    assert lines[-1] == "- and 1,234 more"
    last = commit_message([updated(n, added=1) for n in range(COMMIT_LINES)], DAY).splitlines()[-1]
    assert last.startswith("- Songs")


def test_the_sign_of_life_names_the_last_day() -> None:
    assert still_watching(DAY) == "Still watching: nothing changed since 2026-11-23\n"


@given(st.lists(st.text()), st.none() | st.text())
def test_a_commit_message_does_nothing_by_itself(names: list[str], alias: str | None) -> None:
    changes = [change(n, None, record([], name=name, alias=alias)) for n, name in enumerate(names)]
    subject, *body = commit_message(changes, DAY).removesuffix("\n").split("\n")
    assert subject.startswith("Archive 2026-11-23: ")
    assert not body or body[0] == ""
    assert all(line.startswith("- ") for line in body[1:])  # so no trailer
