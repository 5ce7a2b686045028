"""A real series of days, replayed: every record tells the same as the days themselves."""

import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from playlist_archive.archive.merge import difference, merge
from playlist_archive.archive.model import Record, Track
from playlist_archive.archive.record_file import record_text
from playlist_archive.render.page import Repository
from playlist_archive.render.plain import plain
from playlist_archive.render.pretty import pretty
from tests.render.one_page import cumulative
from tests.replayed import observed

pytestmark = pytest.mark.proof  # all 60 playlists on all 129 days; history/test_real_series.py has a sample

SITE = Repository("some/archive")
Days = Mapping[str, Mapping[date, frozenset[str]]]
"""Playlist id → observed day → the identities that were there."""


class Replay(NamedTuple):
    """The days as they were, and what the archive made of them."""

    days: Days
    records: Mapping[str, Record]
    came_back: int


@pytest.fixture(scope="module")
def replay(corpus: Path) -> Replay:
    records: dict[str, Record] = {}
    days: dict[str, dict[date, frozenset[str]]] = {}
    came_back = 0
    for today, seen in observed(corpus / "history"):
        before = records.get(seen.id)
        after = merge(before, seen, today=today)
        if before and after is not before:
            left = {track.uri for track in before.removed}
            came_back += sum(track.uri in left for track in difference(before, after).added)
        records[seen.id] = after
        days.setdefault(seen.id, {})[today] = frozenset(item.uri for item in seen.items)
    return Replay(days, records, came_back)


def times(days: Mapping[date, frozenset[str]], uri: str) -> list[list[date]]:
    """When a track was there, told from the days alone: each time the day it came, and that it went if it did."""
    found: list[list[date]] = []
    present = False
    for day, there in days.items():
        if (uri in there) != present:
            found = [*found[:-1], [*found[-1], day]] if present else [*found, [day]]
            present = not present
    return found


def times_in_record(track: Track) -> list[list[date]]:
    newest = [track.added_on, track.removed_on] if track.removed_on else [track.added_on]
    return [*map(list, track.spans), newest]


def all_tracks(record: Record) -> dict[str, Track]:
    return {track.uri: track for track in (*record.tracks, *record.removed)}


def test_the_series_is_whole(replay: Replay) -> None:
    assert len(replay.records) == 60
    assert len(set().union(*(days.keys() for days in replay.days.values()))) == 129


def test_every_track_came_and_went_on_the_days_on_which_it_did(replay: Replay) -> None:
    for playlist, days in replay.days.items():
        tracks = all_tracks(replay.records[playlist])
        assert tracks.keys() == frozenset().union(*days.values())
        assert {uri: times_in_record(track) for uri, track in tracks.items()} == {
            uri: times(days, uri) for uri in tracks
        }


def test_every_track_of_the_first_day_may_be_older_and_no_other(replay: Replay) -> None:
    for playlist, days in replay.days.items():
        first, *_ = days.values()
        assert {uri for uri, track in all_tracks(replay.records[playlist]).items() if track.upper_bound} == first


def test_a_record_holds_as_many_returns_as_there_were(replay: Replay) -> None:
    returns = sum(
        len(times(days, uri)) - 1 for days in replay.days.values() for uri in frozenset().union(*days.values())
    )
    spans = sum(len(track.spans) for record in replay.records.values() for track in all_tracks(record).values())
    assert replay.came_back == spans == returns > 0


def test_pages_made_again_from_the_written_records_are_the_same(replay: Replay) -> None:
    for record in replay.records.values():
        again = Record.model_validate_json(record_text(record))
        assert again == record
        assert record_text(again) == record_text(record)
        assert plain(again) == plain(record)
        assert pretty(again, SITE) == pretty(record, SITE)
        assert cumulative(again, SITE) == cumulative(record, SITE)


def test_the_order_of_rows_matters_to_the_pretty_page_alone(replay: Replay) -> None:
    shuffle = random.Random(1)
    for record in replay.records.values():
        mixed = record.model_copy(
            update={
                "tracks": tuple(shuffle.sample(record.tracks, len(record.tracks))),
                "removed": tuple(shuffle.sample(record.removed, len(record.removed))),
            }
        )
        assert plain(mixed) == plain(record)
        assert cumulative(mixed, SITE) == cumulative(record, SITE)
