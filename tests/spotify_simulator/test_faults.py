import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from spotify_simulator.faults import Endpoint, Fault, Kind, Plan, PlanError
from spotify_simulator.scripted import ScriptedWorld
from tests.spotify_simulator.asking import DAY, FOREIGN, LONG, OWN, Asking, asking, playlist, read, simulator


def with_fault(**fault: Any) -> Asking:
    return asking(plan=Plan((Fault(**fault),)))


def statuses(client: Asking, *paths: str) -> list[int]:
    return [client.get(path).status for path in paths]


def test_a_fault_hits_what_it_names_as_often_as_it_says() -> None:
    client = with_fault(kind=Kind.STATUS, status=503, endpoint="items", playlist=LONG, offset=100, skip=1, times=2)
    assert client.get(f"playlists/{LONG}/items").status == 200
    assert client.get(f"playlists/{OWN}/items", offset=100).status == 200
    assert [client.get(f"playlists/{LONG}/items", offset=100).status for _ in range(4)] == [200, 503, 503, 200]
    assert client.simulator.faults.matched == [4]
    assert client.simulator.faults.hit == [2]


def test_a_fault_without_an_end_goes_on_and_without_an_endpoint_spares_the_tokens() -> None:
    client = with_fault(kind=Kind.STATUS, times=None)
    assert statuses(client, "me", "me/playlists", f"playlists/{OWN}") == [500, 500, 500]


def test_a_fault_may_be_for_one_day() -> None:
    client = with_fault(kind=Kind.STATUS, day=DAY + timedelta(days=1), times=None)
    assert statuses(client, "me") == [200]
    client.simulator.day += timedelta(days=1)
    assert statuses(client, "me") == [500]


def test_a_status_comes_with_its_body_and_headers() -> None:
    client = with_fault(kind=Kind.STATUS, status=429, body="Too many requests", headers={"Retry-After": "0"})
    answer = client.get("me")
    assert (answer.status, answer.body) == (429, b"Too many requests")
    assert answer.headers == {"content-type": "text/plain", "retry-after": "0", "date": "Mon, 02 Nov 2026 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("kind", "body"), [(Kind.EMPTY, b""), (Kind.NULL, b"null"), (Kind.EMPTY_OBJECT, b"{}"), (Kind.HTML, b"<html>")]
)
def test_a_good_status_may_come_with_a_body_that_is_no_answer(kind: Kind, body: bytes) -> None:
    answer = with_fault(kind=kind).get("me")
    assert (answer.status, answer.body[:6]) == (200, body)


def test_a_truncated_body_has_a_length_that_fits_and_a_wrong_length_does_not() -> None:
    whole, cut = asking().get("me"), with_fault(kind=Kind.TRUNCATED).get("me")
    assert whole.body.startswith(cut.body)
    assert cut.wire_headers()["content-length"] == str(len(cut.body)) != str(len(whole.body))
    wrong = with_fault(kind=Kind.WRONG_LENGTH).get("me")
    assert int(wrong.wire_headers()["content-length"]) > len(wrong.body)


def test_delay_and_drop_are_told_to_whoever_carries_the_answer() -> None:
    assert with_fault(kind=Kind.DELAY, seconds=2.5).get("me").delay == 2.5
    dropped = with_fault(kind=Kind.DROP)
    assert dropped.get("me").dropped
    assert dropped.simulator.counted.by_status == {0: 1}


def test_the_quota_lasts_once_it_is_exceeded() -> None:
    client = with_fault(kind=Kind.QUOTA, skip=1)
    answers = [client.get("me") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 429, 429]
    assert read(answers[1])["error"]["reason"] == "QUOTA_EXCEEDED"
    assert int(answers[1].headers["retry-after"]) > 3600


CHANGING = ScriptedWorld(
    {
        day: [playlist(OWN, description=f"day {day.day}")]
        for day in (DAY + timedelta(days=shift) for shift in (-1, 0, 1))
    }
)


def descriptions(kind: Kind, **fault: Any) -> list[str]:
    client = asking(world=CHANGING, plan=Plan((Fault(kind=kind, **fault),)))
    return [client.read(f"playlists/{OWN}")["description"] for _ in range(3)]


def test_a_playlist_can_change_between_two_requests_or_be_stale_for_one() -> None:
    assert descriptions(Kind.CHANGED, skip=1) == ["day 2", "day 3", "day 3"]
    assert descriptions(Kind.STALE) == ["day 1", "day 2", "day 2"]


def test_a_stale_snapshot_comes_with_the_contents_of_today() -> None:
    client = asking(world=CHANGING, plan=Plan((Fault(kind=Kind.STALE_SNAPSHOT),)))
    stale, fresh = client.read(f"playlists/{OWN}"), client.read(f"playlists/{OWN}")
    client.simulator.day -= timedelta(days=1)
    yesterday = client.read(f"playlists/{OWN}")
    assert stale["description"] == fresh["description"]
    assert stale["snapshot_id"] == yesterday["snapshot_id"] != fresh["snapshot_id"]


def test_several_faults_add_up() -> None:
    client = asking(plan=Plan((Fault(kind=Kind.DELAY, seconds=1), Fault(kind=Kind.STATUS, status=502))))
    answer = client.get(f"playlists/{FOREIGN}")
    assert (answer.status, answer.delay) == (502, 1)


def test_a_fault_may_hit_the_token_endpoint_when_it_says_so() -> None:
    simulated = simulator(plan=Plan((Fault(kind=Kind.STATUS, endpoint=Endpoint.TOKEN, status=503),)))
    with pytest.raises(ValueError, match="Expecting value"):
        Asking(simulated)
    Asking(simulated)


def test_a_plan_is_read_from_json(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps([{"kind": "drop", "endpoint": "items", "times": None}]))
    assert Plan.read(path) == Plan((Fault(kind=Kind.DROP, endpoint=Endpoint.ITEMS, times=None),))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cannot be read: No such file"),
        ("[{]", "Invalid JSON"),
        ('[{"kind": "flood"}]', "0.kind: Input should be"),
        ('[{"kind": "drop", "tmies": 2}]', "0.tmies: Extra inputs"),
        ('{"kind": "drop"}', "should be a valid"),
    ],
)
def test_a_bad_plan_is_told_in_one_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PlanError, match=sentence) as caught:
        Plan.read(path)
    assert "\n" not in str(caught.value)
