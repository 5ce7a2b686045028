import json
from typing import Any

import pytest

from spotify_simulator.app import Simulator
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Endpoint, Fault, Kind, Plan
from spotify_simulator.messages import Request
from spotify_simulator.options import Options
from spotify_simulator.writing import uris_of
from tests.spotify_simulator.asking import DAY, FOREIGN, OWN, WORLD

ITEMS = "/v1/playlists/{}/items"


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Writing:
    """A user who lets an app write."""

    def __init__(self, *faults: Fault, scope: str | None = None, **options: Any) -> None:
        self.clock = Clock()
        self.simulated = Simulator(WORLD, day=DAY, options=Options(**options), plan=Plan(faults), clock=self.clock)
        if scope is not None:
            self.simulated.accounts.writing_scope = scope
        form = (
            f"grant_type=refresh_token&refresh_token={self.simulated.accounts.writing_token}&client_id=simulated-client"
        )
        answer = self.simulated.answer(Request("POST", "/api/token", body=form.encode()))
        self.token = json.loads(answer.body)["access_token"]

    def send(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and body of the answer."""
        headers = {"authorization": f"Bearer {self.token}"}
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.simulated.answer(Request(method, path, headers=headers, body=content))
        return answer.status, json.loads(answer.body) if answer.body else None

    def make(self, **facts: object) -> str:
        status, body = self.send("POST", "/v1/me/playlists", {"name": "New", "public": False, **facts})
        assert status == 201
        return str(body["id"])

    def uris(self, playlist: str) -> list[str]:
        written = self.simulated.writing.written(playlist)
        assert written
        return [uri[-1] for uri in uris_of(written)]


def songs(letters: str) -> list[str]:
    return [f"spotify:track:{letter:0>22}" for letter in letters]


def test_a_new_playlist_is_listed_first_and_can_be_read() -> None:
    writing = Writing()
    made = writing.make(description="Of mine")
    status, page = writing.send("GET", "/v1/me/playlists")
    assert (status, page["items"][0]["id"], page["items"][0]["description"]) == (200, made, "Of mine")
    assert writing.send("GET", f"/v1/playlists/{made}")[1]["public"] is False


def test_songs_are_added_at_the_end_or_at_a_position() -> None:
    writing = Writing()
    made = writing.make()
    assert writing.send("POST", ITEMS.format(made), {"uris": songs("ab")})[0] == 201
    writing.send("POST", ITEMS.format(made), {"uris": songs("cd"), "position": 1})
    assert writing.uris(made) == ["a", "c", "d", "b"]
    assert [row["item"]["uri"][-1] for row in writing.send("GET", ITEMS.format(made))[1]["items"]] == list("acdb")


def test_songs_are_replaced_moved_and_removed() -> None:
    writing = Writing()
    made = writing.make()
    assert writing.send("PUT", ITEMS.format(made), {"uris": songs("abcab")})[0] == 200
    writing.send("PUT", ITEMS.format(made), {"range_start": 0, "insert_before": 3, "range_length": 2})
    assert writing.uris(made) == ["c", "a", "b", "a", "b"]
    writing.send("PUT", ITEMS.format(made), {"range_start": 3, "insert_before": 0})
    assert writing.uris(made) == ["a", "c", "a", "b", "b"]
    writing.send("DELETE", ITEMS.format(made), {"items": [{"uri": songs("a")[0]}]})
    assert writing.uris(made) == ["c", "b", "b"]


def test_a_change_of_the_name_is_answered_without_a_body() -> None:
    writing = Writing()
    made = writing.make()
    assert writing.send("PUT", f"/v1/playlists/{made}", {"name": "Other"}) == (200, None)
    assert writing.send("GET", f"/v1/playlists/{made}")[1]["name"] == "Other"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"uris": songs("a") * 101}, "maximum of 100"),
        ({"uris": ["spotify:local:a:b:c:1"]}, "Invalid track uri"),
        ({"uris": songs("x")}, "non-existing ID"),
        ({"uris": songs("a"), "position": 9}, "out of bounds"),
    ],
)
def test_what_breaks_a_limit_changes_nothing(body: object, message: str) -> None:
    writing = Writing()
    writing.simulated.writing.forgotten = set(songs("x"))
    made = writing.make()
    status, answer = writing.send("POST", ITEMS.format(made), body)
    assert (status, message in answer["error"]["message"]) == (400, True)
    assert writing.uris(made) == []


def test_a_playlist_has_a_largest_size() -> None:
    writing = Writing()
    made = writing.make()
    writing.simulated.writing.most_rows = 100
    assert writing.send("POST", ITEMS.format(made), {"uris": songs("a") * 100})[0] == 201
    assert writing.send("POST", ITEMS.format(made), {"uris": songs("a")})[0] == 403


def test_strangers_playlists_are_not_written_to() -> None:
    assert Writing().send("POST", ITEMS.format(FOREIGN), {"uris": songs("a")})[0] == 403


@pytest.mark.parametrize(("public", "scope"), [(True, "playlist-modify-private"), (False, "playlist-read-private")])
def test_a_consent_covers_what_it_names(*, public: bool, scope: str) -> None:
    status, answer = Writing(scope=scope).send("POST", "/v1/me/playlists", {"name": "New", "public": public})
    assert (status, answer["error"]["message"]) == (403, "Insufficient client scope")


def test_the_archives_own_token_cannot_write() -> None:
    simulated = Simulator(WORLD, day=DAY)
    form = f"grant_type=refresh_token&refresh_token={simulated.refresh_token}&client_id=simulated-client"
    token = json.loads(simulated.answer(Request("POST", "/api/token", body=form.encode())).body)["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    request = Request("POST", "/v1/me/playlists", headers=headers, body=b'{"name": "x", "public": false}')
    assert simulated.answer(request).status == 403


def test_restricted_apps_have_lost_the_old_path() -> None:
    writing = Writing(app_class=AppClass.RESTRICTED)
    made = writing.make()
    assert writing.send("POST", f"/v1/playlists/{made}/tracks", {"uris": songs("a")})[0] == 403
    assert writing.send("POST", ITEMS.format(made), {"uris": songs("a")})[0] == 201


def test_reads_show_what_was_written_after_a_while() -> None:
    writing = Writing()
    writing.simulated.writing.lag = 1.0
    made = writing.make()
    assert writing.send("GET", f"/v1/playlists/{made}")[0] == 404
    writing.clock.now = 1.0
    assert writing.send("GET", f"/v1/playlists/{made}")[0] == 200


def test_a_lost_request_changes_nothing_and_a_lost_answer_does() -> None:
    lost = Fault(kind=Kind.DROP, method="POST", endpoint=Endpoint.ITEMS, before=True)
    unheard = Fault(kind=Kind.STATUS, status=502, method="POST", endpoint=Endpoint.ITEMS, skip=1)
    writing = Writing(lost, unheard)
    made = writing.make()
    writing.send("POST", ITEMS.format(made), {"uris": songs("a")})
    assert writing.uris(made) == []
    assert writing.send("POST", ITEMS.format(made), {"uris": songs("b")})[0] == 502
    assert writing.uris(made) == ["b"]


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    writing = Writing()
    headers = {"authorization": f"Bearer {writing.token}"}
    request = Request("POST", ITEMS.format(OWN), headers=headers, body=body)
    assert writing.simulated.answer(request).status == 400
