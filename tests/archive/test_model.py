"""The models, and the record's way into its file and back."""

import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.model import FORMAT_VERSION, Named, Reason, Record, Span, Track, Unavailable, by_identity
from playlist_archive.archive.record_file import record_text
from playlist_archive.archive.store import RecordError, Store
from tests.builders import FIRST_DAY, record, track
from tests.thorough import thorough

ID = parse_playlist_id(record().id)

texts = st.text() | st.sampled_from(["", '"', "\\", "\n\r\t\0\x1f\x7f\x85\u2028\u2029", "😀\U0010ffff", "\ufeff", "é"])
names = st.builds(Named, id=st.none() | texts, name=texts)
counts = st.integers(min_value=0, max_value=10**12)
facts = {
    "uri": texts,
    "name": texts,
    "artists": st.lists(names, max_size=2).map(tuple),
    "album": st.none() | names,
    "show": st.none() | names,
    "duration_ms": counts,
    "isrc": st.none() | texts,
    "added_by": st.none() | texts,
    "linked": st.booleans(),
    "added": st.dates(),
    "upper_bound": st.booleans(),
    "spans": st.lists(st.builds(Span, st.dates(), st.dates()), max_size=2).map(tuple),
}
there, gone = st.builds(Track, **facts), st.builds(Track, **facts, removed=st.dates())
records = st.builds(
    Record,
    id=st.just(ID),
    name=texts,
    alias=st.none() | texts,
    description=texts,
    owner=names,
    likes=st.none() | counts,
    snapshot_id=texts,
    first_archived=st.dates(),
    unavailable=st.none() | st.builds(Unavailable, since=st.dates(), reason=st.sampled_from(Reason)),
    null_items=counts,
    tracks=st.lists(there, max_size=3).map(tuple),
    removed=st.lists(gone, max_size=3).map(tuple),
)


@thorough(300)
@given(archived=records)
def test_a_record_is_read_back_as_it_was_written(archived: Record) -> None:
    text = record_text(archived)
    assert Record.model_validate_json(text.encode("utf-8")) == archived
    assert record_text(Record.model_validate_json(text)) == text


@given(archived=records)
def test_a_record_is_one_track_a_line(archived: Record) -> None:
    lines = record_text(archived).split("\n")
    tracks = [json.loads(line.removesuffix(",")) for line in lines if line.startswith('{"')]
    assert [row["uri"] for row in tracks] == [row.uri for row in (*archived.tracks, *archived.removed)]


WRITTEN = """\
{
"format": 1,
"id": "0000000000000000000001",
"name": "Éire \\"한국\\" 😀",
"alias": null,
"description": "a\\nb",
"owner": ["listener", "A Listener"],
"likes": null,
"snapshot_id": "c25hcHNob3Q=",
"first_archived": "2026-11-02",
"unavailable": {"since": "2026-11-23", "reason": "its contents are closed to this app"},
"null_items": 2,
"tracks": [
{"uri":"spotify:track:0000000000000000000001","name":"Song 1","artists":[["artist1","Artist 1"]],\
"album":["album1","Album 1"],"duration_ms":181000,"isrc":"X","added_by":"guest","added":"2026-11-02",\
"upper_bound":true},
{"uri":"spotify:local:1","name":"né","linked":false,"added":"2026-11-02"}
],
"removed": [
{"uri":"spotify:episode:1","name":"One","show":["s",""],"added":"2026-11-02","removed":"2026-11-05",\
"spans":[["2024-03-28","2025-01-01"]]}
]
}
"""


def test_a_record_is_written_with_keys_in_order_and_text_as_it_is() -> None:
    unlinked = {"artists": (), "album": None, "duration_ms": 0}
    archived = record(
        [
            track(1, isrc="X", added_by="guest", upper_bound=True),
            track(2, uri="spotify:local:1", name="né", linked=False, **unlinked),
        ],
        removed=[
            track(
                3,
                uri="spotify:episode:1",
                name="One",
                show=Named(id="s"),
                removed=date(2026, 11, 5),
                spans=[Span(date(2024, 3, 28), date(2025, 1, 1))],
                **unlinked,
            )
        ],
        name='Éire "한국" 😀',
        description="a\nb",
        likes=None,
        unavailable=Unavailable(since=date(2026, 11, 23), reason=Reason.CLOSED),
        null_items=2,
    )
    assert record_text(archived) == WRITTEN
    assert Record.model_validate_json(WRITTEN) == archived


def test_a_day_of_our_clock_is_told_by_one_key_which_an_upper_bound_spares() -> None:
    observed = record_text(record([track(1, observed=[0]), track(2, upper_bound=True), track(3)]))
    assert [line.partition('"added":"2026-11-02"')[2] for line in observed.splitlines() if '"added"' in line] == [
        ',"observed":[0]},',
        ',"upper_bound":true},',
        "}",
    ]
    assert [row.given_on for row in Record.model_validate_json(observed).tracks] == [None, None, FIRST_DAY]


def test_an_empty_record_has_empty_lists() -> None:
    assert record_text(record()).endswith('"null_items": 0,\n"tracks": [],\n"removed": []\n}\n')


def changed(**facts: object) -> str:
    """The text of a record with some keys replaced, or left out where the value is `...`."""
    whole = {**json.loads(record_text(record([track(1)]))), **facts}
    return json.dumps({key: value for key, value in whole.items() if value is not ...})


TRACK = json.loads(track(1).model_dump_json())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed(format=FORMAT_VERSION + 1), "is of format 2, this program knows up to 1: update playlist-archive"),
        (changed(format=FORMAT_VERSION + 1, new_key=1, tracks=...), "is of format 2"),
        (changed(id="0" * 22), "is the record of '0000000000000000000000'"),
        (changed(extra=1), "extra: Extra inputs are not permitted"),
        (changed(tracks=[{**TRACK, "extra": 1}]), "tracks.0.extra: Extra inputs are not permitted"),
        (changed(name=...), "name: Field required"),
        (changed(likes=-1), "likes: Input should be greater than or equal to 0"),
        (changed(first_archived="yesterday"), "first_archived: "),
        (changed(tracks=[{**TRACK, "removed": "2026-11-05"}]), "`removed` must hold"),
        (changed(removed=[TRACK]), "`removed` must hold"),
        ("", "does not parse"),
        ("{", "does not parse"),
        ("[]", "does not parse"),
        ("[" * 100_000, "does not parse"),
        (changed()[:-20], "does not parse"),
        (f"<<<<<<< ours\n{changed()}", "does not parse"),
        (changed(name="\ud800"), "does not parse"),
    ],
)
def test_a_record_that_is_none_is_refused_and_left_alone(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / layout.data(ID)
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(RecordError) as caught:
        Store(tmp_path).record(ID)
    assert message in str(caught.value)
    assert layout.data(ID) in str(caught.value)
    assert path.read_text(encoding="utf-8") == text


def test_models_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        record().name = "Another"  # type: ignore[misc]  # the promise under test


def test_the_alias_goes_before_the_name_and_an_empty_one_does_not() -> None:
    assert [record(name="Theirs", alias=alias).title for alias in ("Ours", "", None)] == ["Ours", "Theirs", "Theirs"]


def test_the_first_day_is_that_of_the_earliest_time() -> None:
    earlier = date(2024, 3, 28)
    assert track().first_added == FIRST_DAY
    assert track(spans=[Span(earlier, earlier)]).first_added == earlier


def test_one_of_two_that_share_an_identity_is_chosen_whatever_their_order() -> None:
    rivals = [track(1, name=name, isrc=isrc) for name in ("b", "A", "a") for isrc in (None, "X")]
    shuffled = [random.Random(seed).sample(rivals, len(rivals)) for seed in range(10)]
    assert {by_identity(tracks)[rivals[0].uri].name.lower() for tracks in shuffled} == {"a"}
    assert len({by_identity(tracks)[rivals[0].uri].model_dump_json() for tracks in shuffled}) == 1
