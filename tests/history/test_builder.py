import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from playlist_archive.archive.model import Named
from playlist_archive.archive.record_file import record_text
from playlist_archive.history.builder import Builder
from playlist_archive.history.timeline import Skipped, Timeline, last_state, read_timeline, timeline_bytes
from tests.builders import FIRST_DAY, playlist_id, record, track
from tests.history.test_timeline import Told, as_record, versions

COMMIT = "c" * 40


def built(*texts: bytes, is_border: bool = False, day: date = FIRST_DAY) -> Timeline:
    builder = Builder(playlist_id())
    for text in texts:
        builder.add(day, COMMIT, text, is_border=is_border)
    return builder.timeline()


def changed(**keys: Any) -> bytes:
    """A record as somebody may have written it: other keys, and everything on one line."""
    return json.dumps(json.loads(record_text(record([track(1), track(2)]))) | keys).encode()


def test_a_record_has_one_track_a_line_and_its_identity_first() -> None:
    """The timeline rests on it: a known line is a known track."""
    there, left = [track(1), track(2)], [track(3, removed=FIRST_DAY)]
    lines = record_text(record(there, removed=tuple(left))).splitlines()
    assert [line[:9] for line in lines if line.startswith('{"')] == ['{"uri":"s'] * 3


@given(versions)
def test_another_layout_of_the_same_records_gives_the_same_timeline(told: list[Told]) -> None:
    texts = [record_text(as_record(version)).encode() for version in told]
    assert built(*texts) == built(*(json.dumps(json.loads(text), indent=2).encode() for text in texts))


def test_keys_that_are_not_known_are_left_out() -> None:
    line = {"uri": "spotify:track:x", "name": "X", "added": "2026-01-01", "new": {"a": 1}}
    found = last_state(built(changed(tracks=[line], more=True)))
    assert [song.uri for song in found.tracks] == ["spotify:track:x"]


def test_what_the_timeline_does_not_keep_makes_no_version() -> None:
    one = record([track(1)])
    other = record([track(1, added=FIRST_DAY - timedelta(days=9), isrc="X")], snapshot_id="other", null_items=3)
    found = built(record_text(one).encode(), record_text(other).encode())
    assert len(found.versions) == 1
    assert len(found.tracks) == 1


def test_songs_that_left_are_no_part_of_a_version() -> None:
    found = built(record_text(record([track(1)], removed=(track(2, removed=FIRST_DAY),))).encode())
    assert [song.name for song in found.tracks] == ["Song 1"]


def test_a_description_is_what_a_person_sees() -> None:
    found = last_state(built(record_text(record(description="A &amp; <b>B</b>")).encode()))
    assert found.description == "A & B"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (changed(format=2), "it is of format 2, this program knows up to 1: update playlist-archive"),
        (
            changed(format=2, tracks="of another kind"),
            "it is of format 2, this program knows up to 1: update playlist-archive",
        ),
        (changed(id="x" * 22), "it is the record of another playlist"),
        (b"", "it does not parse"),
        (b"<<<<<<< HEAD\n", "it does not parse"),
        (b"\xff\xfe", "it does not parse"),
        (changed(tracks=[{"name": "without an identity"}]), "it does not parse"),
        (changed(owner=None), "it does not parse"),
        (changed(name="\ud800"), "it does not parse"),
        (changed(description="\ud800"), "it does not parse"),
        (changed(alias=3), "it does not parse"),
        (changed(alias="\ud800"), "it does not parse"),
        (changed(likes="1000, they say"), "it does not parse"),
        (changed(likes=float("nan")), "it does not parse"),
        (changed(likes=float("inf")), "it does not parse"),
        (changed(likes=-1), "it does not parse"),
        (changed(first_archived="never"), "it does not parse"),
        (b"[" * 100_000, "it does not parse"),
        (record_text(record([track(1)])).encode()[:-200], "it does not parse"),
    ],
)
def test_a_version_that_cannot_be_read_is_named_and_skipped(text: bytes, reason: str) -> None:
    good = record_text(record([track(1)])).encode()
    found = read_timeline(timeline_bytes(built(text, good)))
    assert found.skipped == (Skipped(FIRST_DAY, COMMIT[:12], reason),)
    assert [song.name for song in last_state(found).tracks] == ["Song 1"]
    assert built(good, text, good).versions == built(good).versions


def test_a_history_is_cut_where_git_ends_before_the_record_does() -> None:
    text = record_text(record([track(1)])).encode()
    assert not built(text).is_cut
    assert not built(text, day=FIRST_DAY + timedelta(days=1)).is_cut  # a run across midnight
    assert built(text, day=FIRST_DAY + timedelta(days=2)).is_cut
    assert built(text, is_border=True).is_cut
    assert not built(changed(first_archived="9999-12-31")).is_cut  # a clock, or an import, that said so


def test_an_owner_is_a_pair_of_id_and_name() -> None:
    assert last_state(built(changed(owner=["a", "B"]))).owner == Named("a", "B")
