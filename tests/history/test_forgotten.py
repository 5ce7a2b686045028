from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.git.versions import Change, Commit, Log
from playlist_archive.history.forgotten import (
    Corrections,
    Forgetting,
    ForgottenDay,
    corrections,
    days_in,
    forget_message,
    taken_back,
)
from playlist_archive.report.commit_message import Change as Changed
from playlist_archive.report.commit_message import commit_message
from tests.builders import playlist_id, record

DAY, LATER, LATEST = date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 9)
ONE, TWO = playlist_id(1), playlist_id(2)
MANY = 500


def test_a_commit_that_takes_a_day_back_says_of_which_playlists_however_many() -> None:
    days = [
        ForgottenDay(playlist_id(number), DAY, LATER if number % 2 else None, number if number % 4 == 1 else None)
        for number in range(MANY)
    ]
    message = forget_message(DAY, days)
    assert message.startswith(f"Forget {DAY}: {MANY} playlists as if that day had not been seen\n\n- ")
    assert sorted(days_in(message)) == sorted(days)


@given(st.text())
def test_no_title_looks_like_a_day_that_was_taken_back(title: str) -> None:
    named = record([], alias=f"{title}\n- {ONE} without {DAY}")
    assert days_in(commit_message([Changed(ONE, None, named)], DAY)) == ()
    assert days_in(f"Forget me not: {title}") == ()


@given(st.from_regex(r"\A- [0-9A-Za-z]{22} without \d{4}-\d\d-\d\d, seen on \d{4}-\d\d-\d\d( with \d{1,18} likes)?\Z"))
def test_a_message_that_a_person_wrote_may_name_any_day(line: str) -> None:
    assert len(days_in(f"Forget it\n\n{line}\n- {ONE} without {DAY}")) in (1, 2)


def test_what_was_observed_after_a_day_was_taken_back_counts() -> None:
    forgettings = [Forgetting((ForgottenDay(ONE, DAY),), "c", frozenset({"a", "b"}))]
    assert taken_back(ONE, "a", DAY, forgettings) == ForgottenDay(ONE, DAY)
    assert taken_back(ONE, "d", DAY, forgettings) is None
    assert taken_back(TWO, "a", DAY, forgettings) is None
    assert taken_back(ONE, "a", LATER, forgettings) is None


def test_the_last_version_of_the_day_counts_where_it_was_seen_again_as_the_newest_commit_says() -> None:
    changes = tuple(Change(ONE, number, "blob") for number in range(3))
    log = Log((Commit("a", DAY), Commit("b", DAY), Commit("c", LATEST)), changes, has_merges=False)
    before, now = ForgottenDay(ONE, DAY, LATER), ForgottenDay(ONE, DAY, LATEST)
    old = Forgetting((before,), "d", frozenset("abc"))
    new = Forgetting((now,), "e", frozenset("abcd"))
    never, restoring = frozenset(changes[:1]), frozenset(changes[1:])
    assert corrections(log, [old]) == Corrections(never, {changes[1]: before}, restoring)
    assert corrections(log, [new, old]) == Corrections(never, {changes[1]: now}, restoring)
    assert corrections(log, []) == Corrections(frozenset(), {}, frozenset())
