"""The signs of doubt of one list, and what becomes of a run that has many."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from playlist_archive.archive.doubt import Doubt, Sign, Suspect, digest, signs
from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.judgement import Judgement, judge
from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Item, Named, Record, Snapshot
from tests.builders import FIRST_DAY, item, playlist_id, record, snapshot, track, track_uri

NOW: Final = datetime(2026, 11, 3, 12, tzinfo=UTC)


def known(size: int, /, **facts: object) -> Record:
    return record([track(number, added=FIRST_DAY) for number in range(size)], snapshot_id="before", **facts)


def seen(numbers: Iterable[int], /, **facts: object) -> Snapshot:
    return snapshot([item(number, added_on=FIRST_DAY) for number in numbers], **{"snapshot_id": "after", **facts})


@pytest.mark.parametrize(
    ("size", "now", "expected"),
    [
        (0, range(9), [Sign.GREW]),
        (0, range(5), []),
        (1, [], [Sign.EMPTY]),
        (1, [8], []),
        (2, [], [Sign.EMPTY]),
        (2, [0], []),
        (3, [0], [Sign.LOST]),
        (3, [0, 1], []),
        (30, range(15), []),
        (30, range(14), [Sign.LOST]),
        (30, [*range(14), *range(50, 66)], [Sign.REPLACED]),
        (30, [*range(15), *range(50, 66)], []),
        (30, range(60), []),
        (30, range(61), [Sign.GREW]),
        (130, range(100), [Sign.CUT]),
        (130, range(101), []),
        (130, range(100, 0, -1), []),
        (103, range(100), []),
    ],
)
def test_a_list_that_lost_or_gained_too_much_has_a_sign(size: int, now: Iterable[int], expected: list[Sign]) -> None:
    assert list(signs(known(size), seen(now))) == expected


@pytest.mark.parametrize(
    ("owner", "snapshot_id", "expected"),
    [
        (Named("other", "A Listener"), "after", (Sign.OWNER,)),
        (Named("other", "A Listener"), "before", (Sign.OWNER, Sign.DENIED)),
        (Named("listener", "Another Name"), "before", ()),
        (Named(None, "Another Name"), "after", ()),
    ],
)
def test_a_list_of_another_owner_has_a_sign_and_two_if_nobody_edited_it(
    owner: Named, snapshot_id: str, expected: tuple[Sign, ...]
) -> None:
    assert signs(known(9), seen(range(9), owner=owner, snapshot_id=snapshot_id)) == expected


@pytest.mark.parametrize(
    ("size", "now", "is_doubted"),
    [(30, range(3, 30), False), (30, range(4, 30), True), (30, range(33), False), (30, range(34), True), (2, [], True)],
)
def test_a_list_that_nobody_edited_changes_by_a_few_songs_at_most(
    size: int, now: Iterable[int], *, is_doubted: bool
) -> None:
    assert (Sign.UNEDITED in signs(known(size), seen(now, snapshot_id="before"))) is is_doubted
    assert Sign.UNEDITED not in signs(known(size), seen(now))


@pytest.mark.parametrize(("nulls", "is_doubted"), [(3, False), (4, True)])
def test_many_null_rows_are_a_sign(nulls: int, *, is_doubted: bool) -> None:
    assert (Sign.NULLS in signs(known(30), seen(range(30), null_items=nulls))) is is_doubted


def test_null_rows_of_a_list_that_nobody_edited_are_no_change() -> None:
    assert signs(known(30), seen(range(22), null_items=8, snapshot_id="before")) == ()


def other_id(number: int, **facts: object) -> Item:
    return item(number, **{"uri": track_uri(900 + number), "added_on": None, **facts})


def test_most_songs_under_other_ids_are_a_sign_with_and_without_days() -> None:
    for given in (None, FIRST_DAY):
        rows = [other_id(number, added_on=given) for number in range(16)] + list(seen(range(16, 30)).items)
        assert signs(known(30), snapshot(rows)) == (Sign.RENUMBERED,)
    assert signs(known(30), snapshot([*map(other_id, range(15)), *seen(range(15, 30)).items])) == ()


def test_most_days_earlier_are_a_sign_and_later_ones_are_none() -> None:
    for days, expected in ((-1, (Sign.EARLIER,)), (1, ())):
        rows = [item(number, added_on=FIRST_DAY + timedelta(days=days)) for number in range(9)]
        assert signs(known(9), snapshot(rows)) == expected


def test_an_earlier_day_than_that_of_our_clock_is_no_sign() -> None:
    archived = record([track(number, upper_bound=True) for number in range(9)])
    rows = [item(number, added_on=FIRST_DAY - timedelta(days=9)) for number in range(9)]
    assert signs(archived, snapshot(rows)) == ()


@pytest.mark.parametrize(("name", "expected"), [("Other", (Sign.RENAMED,)), ("", ())])
def test_most_names_changed_are_a_sign_and_missing_ones_are_none(name: str, expected: tuple[Sign, ...]) -> None:
    rows = [item(number, name=name, added_on=FIRST_DAY) for number in range(9)]
    assert signs(known(9), snapshot(rows)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "Other"}, Sign.RENAMED),
        ({"artists": (Named(id="x", name="Other"),)}, Sign.CHANGED),
        ({"album": Named(id="x", name="Other")}, Sign.CHANGED),
        ({"duration_ms": 30_000}, Sign.CHANGED),
        ({"artists": (), "album": None, "duration_ms": 0}, None),
    ],
)
def test_most_facts_changed_are_a_sign_and_doubted_alone_where_nobody_edited(
    facts: dict[str, Any], expected: Sign | None
) -> None:
    artists = [(Named(id=f"artist{number}", name=f"Artist {number}"),) for number in range(3)]
    tracks = [track(number, added=FIRST_DAY, artists=artists[number % 3]) for number in range(9)]
    rows = [item(number, **{"added_on": FIRST_DAY, "artists": artists[number % 3], **facts}) for number in range(9)]
    found = signs(record(tracks, snapshot_id="before"), snapshot(rows, snapshot_id="before"))
    assert found == ((expected, Sign.DENIED) if expected else ())
    assert signs(record(tracks, snapshot_id="before"), snapshot(rows)) == ((expected,) if expected else ())


def test_songs_of_one_artist_may_be_renamed_by_whoever_publishes_them() -> None:
    one = (Named(id="one", name="One"),)
    rows = [item(number, name="Remastered", added_on=FIRST_DAY, artists=one) for number in range(9)]
    tracks = [track(number, added=FIRST_DAY, artists=one) for number in range(9)]
    assert signs(record(tracks, snapshot_id="before"), snapshot(rows, snapshot_id="before")) == (Sign.RENAMED,)


def test_a_list_that_was_never_seen_has_no_sign() -> None:
    assert signs(None, seen(range(9))) == ()


def test_a_list_that_was_replaced_before_may_be_replaced_again_and_not_be_lost() -> None:
    replaced = record(
        [track(number, added=FIRST_DAY + timedelta(days=7)) for number in range(30)],
        removed=[track(number, removed=FIRST_DAY + timedelta(days=7)) for number in range(50, 80)],
    )
    assert signs(replaced, seen(range(100, 130))) == ()
    assert signs(replaced, seen(range(100, 104))) == (Sign.LOST,)
    pruned = known(30, removed=replaced.removed[:9])
    assert signs(pruned, seen(range(100, 130))) == (Sign.REPLACED,)


def test_a_digest_is_of_songs_and_days_whatever_their_order() -> None:
    rows = seen(range(5))
    assert digest(rows) == digest(seen(range(4, -1, -1), name="Renamed", likes=5, snapshot_id="x"))
    others = [seen(range(4)), rows._replace(null_items=1), rows._replace(items=(*rows.items[:4], item(4)))]
    assert len({digest(found) for found in (rows, *others)}) == 4


def suspect(number: int, *found: Sign, text: str = "0") -> Suspect:
    return Suspect(playlist_id(number), seen(range(number)), found, text * 16)


def judged(*suspects: Suspect, served: int, known: Iterable[Doubt] = (), believes: bool = False) -> Judgement:
    doubts = {doubt.playlist_id: doubt for doubt in known}
    return judge(suspects, doubts, served=served, at=NOW, believes=believes)


@pytest.mark.parametrize(
    ("strange", "served", "is_doubted"), [(2, 2, False), (3, 6, False), (3, 5, True), (4, 7, True)]
)
def test_a_run_is_doubted_from_three_lists_and_more_than_half_on(
    strange: int, served: int, *, is_doubted: bool
) -> None:
    found = judged(*(suspect(number, Sign.LOST) for number in range(strange)), served=served)
    assert found.is_run_doubted is is_doubted
    assert len(found.doubted) == (strange if is_doubted else 0)


@pytest.mark.parametrize("sign", Sign)
def test_one_list_alone_is_doubted_for_what_spotify_denies(sign: Sign) -> None:
    found = judged(suspect(1, sign), served=1)
    assert bool(found.doubted) is (sign in {Sign.UNEDITED, Sign.DENIED, Sign.CUT, Sign.ALIKE})
    assert not found.is_run_doubted


def test_a_list_without_a_sign_is_not_doubted_with_the_others() -> None:
    found = judged(*(suspect(number, Sign.LOST) for number in range(3)), suspect(4), served=4)
    assert playlist_id(4) not in found.doubted


@pytest.mark.parametrize(
    ("ago", "text", "is_believed"),
    [
        (timedelta(hours=6), "0", True),
        (timedelta(hours=5), "0", False),
        (timedelta(hours=13), "0", True),
        (timedelta(days=9), "0", True),
        (timedelta(days=9), "1", False),
    ],
)
def test_the_same_seen_again_is_believed_after_six_hours_or_on_a_later_day(
    ago: timedelta, text: str, *, is_believed: bool
) -> None:
    before = Doubt(playlist_id(1), NOW - ago, Sign.UNEDITED, text * 16)
    found = judged(suspect(1, Sign.UNEDITED), served=1, known=[before])
    assert found.since == ({playlist_id(1): before.at.date()} if is_believed else {})
    expected = before if text == "0" else Doubt(playlist_id(1), NOW, Sign.UNEDITED, "0" * 16)
    assert list(found.doubted.values()) == ([] if is_believed else [expected._replace(days=(NOW.date(),))])


@pytest.mark.parametrize(("days", "is_believed"), [((3, 2, 1), True), ((2, 1), False), ((2, 1, 0), False)])
def test_what_was_doubted_on_three_days_before_is_believed_as_it_is_now(
    days: tuple[int, ...], *, is_believed: bool
) -> None:
    doubted_on = tuple(NOW.date() - timedelta(days=ago) for ago in days)
    before = Doubt(playlist_id(1), NOW - timedelta(days=1), Sign.UNEDITED, "1" * 16, doubted_on)
    found = judged(suspect(1, Sign.UNEDITED), served=1, known=[before])
    assert found.since == ({playlist_id(1): NOW.date()} if is_believed else {})
    assert bool(found.restless) is is_believed
    assert bool(found.doubted) is not is_believed


def test_new_lists_do_not_make_a_run_doubtful_and_are_doubted_with_it() -> None:
    new = [suspect(number, Sign.NEW) for number in range(10, 20)]
    assert judged(*new, served=1).doubted == {}
    strange = [suspect(number, Sign.LOST) for number in range(3)]
    assert set(judged(*new, *strange, served=3).doubted) == {found.playlist_id for found in (*new, *strange)}


def test_believing_doubts_nothing() -> None:
    found = judged(*(suspect(number, Sign.EMPTY) for number in range(3)), served=3, believes=True)
    assert (found.doubted, found.is_run_doubted) == ({}, False)
    names: list[PlaylistId] = [playlist_id(number) for number in range(3)]
    assert found.since == dict.fromkeys(names, NOW.date())


def test_what_a_clock_that_was_ahead_doubted_is_not_doubted_for_ever() -> None:
    suspect = Suspect(playlist_id(), seen([]), (Sign.UNEDITED,), "0" * 16)
    ahead = [NOW + timedelta(days=3_650 + number) for number in range(9)]
    doubt = Doubt(playlist_id(), ahead[0], Sign.UNEDITED, "0" * 16, tuple(moment.date() for moment in ahead))
    today = judge([suspect], {playlist_id(): doubt}, served=1, at=NOW)
    assert today.doubted[playlist_id()].at == NOW
    tomorrow = judge([suspect], today.doubted, served=1, at=NOW + timedelta(days=1))
    assert tomorrow.since == {playlist_id(): NOW.date()}
    slow = doubt._replace(at=NOW - timedelta(hours=1), digest="1" * 16)
    assert judge([suspect], {playlist_id(): slow}, served=1, at=NOW).doubted[playlist_id()].days == (NOW.date(),)


def test_local_files_that_share_an_identity_are_not_renamed() -> None:
    rows = [item(number, name=name) for number in (1, 2, 3) for name in ("A", "B")]
    known = merge(None, snapshot(rows, snapshot_id="before"), today=FIRST_DAY)
    for more in ([], [item(9)]):
        assert signs(known, snapshot([*rows, *more], snapshot_id="after")) == ()
    assert signs(known, snapshot([row._replace(name=f"{row.name}!") for row in rows])) != ()
