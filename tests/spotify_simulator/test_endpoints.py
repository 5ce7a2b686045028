"""Who may read what, and how the answers behave: tables after docs/spotify.md, sections 1.2 and 3."""

from typing import Any

import pytest

from spotify_simulator.bodies import AppClass
from spotify_simulator.messages import Request
from tests.spotify_simulator.asking import (
    FOREIGN,
    LONG,
    OWN,
    PRIVATE,
    SHARED,
    SPOTIFYS,
    UNKNOWN,
    asking,
    message,
    read,
    simulator,
)

EXTENDED, LEGACY, RESTRICTED = AppClass
USER, APP = True, False
USER_NEEDED = "Valid user authentication required"


@pytest.mark.parametrize(
    ("app_class", "as_user", "path", "status"),
    [
        (EXTENDED, APP, f"playlists/{OWN}/items", 200),
        (EXTENDED, APP, f"playlists/{OWN}/tracks", 200),
        (EXTENDED, APP, f"playlists/{PRIVATE}", 404),
        (EXTENDED, USER, f"playlists/{PRIVATE}", 200),
        (EXTENDED, APP, f"playlists/{SPOTIFYS}", 200),
        (EXTENDED, APP, "me", 401),
        (EXTENDED, APP, "me/playlists", 401),
        (EXTENDED, USER, "users/stranger", 200),
        (EXTENDED, USER, "users/stranger/playlists", 200),
        (EXTENDED, USER, "markets", 200),
        (LEGACY, APP, f"playlists/{FOREIGN}/items", 200),
        (LEGACY, APP, f"playlists/{FOREIGN}/tracks", 200),
        (LEGACY, USER, f"playlists/{SPOTIFYS}", 404),
        (LEGACY, USER, f"playlists/{SPOTIFYS}/items", 404),
        (RESTRICTED, USER, f"playlists/{OWN}/items", 200),
        (RESTRICTED, USER, f"playlists/{OWN}/tracks", 403),
        (RESTRICTED, USER, f"playlists/{SHARED}/items", 200),
        (RESTRICTED, USER, f"playlists/{FOREIGN}/items", 403),
        (RESTRICTED, APP, f"playlists/{FOREIGN}", 200),
        (RESTRICTED, APP, f"playlists/{OWN}/items", 401),
        (RESTRICTED, APP, f"playlists/{OWN}/tracks", 403),
        (RESTRICTED, USER, f"playlists/{SPOTIFYS}", 404),
        (RESTRICTED, USER, "users/stranger", 403),
        (RESTRICTED, USER, "users/stranger/playlists", 403),
        (RESTRICTED, USER, "tracks", 403),
        (RESTRICTED, USER, "markets", 403),
        (RESTRICTED, USER, "browse/categories", 403),
        (EXTENDED, USER, f"playlists/{UNKNOWN}", 404),
        (EXTENDED, USER, "playlists/no-id", 400),
        (EXTENDED, USER, "no-endpoint", 404),
    ],
)
def test_each_class_of_apps_reads_what_it_may(app_class: AppClass, *, as_user: bool, path: str, status: int) -> None:
    assert asking(app_class=app_class, as_user=as_user).get(path).status == status


def test_absence_is_told_by_exact_messages() -> None:
    restricted_app = asking(app_class=RESTRICTED, as_user=False)
    assert message(restricted_app.get(f"playlists/{OWN}/items")) == (401, USER_NEEDED)
    assert message(restricted_app.get(f"playlists/{OWN}/tracks")) == (403, "Forbidden")
    assert message(restricted_app.get("playlists/x")) == (400, "Invalid base62 id")
    gone = asking(app_class=LEGACY)
    assert gone.get(f"playlists/{SPOTIFYS}").body == gone.get(f"playlists/{UNKNOWN}").body


def test_contents_that_may_not_be_read_are_absent_and_not_empty() -> None:
    keys = {name: set(asking(app_class=RESTRICTED).read(f"playlists/{name}")) for name in (OWN, SHARED, FOREIGN)}
    assert "items" in keys[OWN] & keys[SHARED]
    assert not keys[FOREIGN] & {"items", "tracks"}
    assert "tracks" not in keys[OWN]
    assert {"items", "tracks"} <= set(asking(app_class=LEGACY).read(f"playlists/{FOREIGN}"))


def test_before_2026_there_is_only_the_old_dialect() -> None:
    client = asking(before_2026=True)
    body = client.read(f"playlists/{OWN}")
    assert "items" not in body
    assert "item" not in body["tracks"]["items"][0]
    assert client.get(f"playlists/{OWN}/items").status == 404


def test_without_the_scope_private_playlists_are_refused_and_missing_in_the_library() -> None:
    client = asking()
    client.simulator.accounts.scope = ""
    assert message(client.get(f"playlists/{PRIVATE}/items")) == (403, "Insufficient client scope")
    listed = {row["id"] for row in client.read("me/playlists")["items"] if row}
    assert OWN in listed
    assert not listed & {PRIVATE, SHARED}


@pytest.mark.parametrize(
    ("options", "path", "query", "expected"),
    [
        ({}, f"playlists/{LONG}/items", {}, 20),
        ({}, f"playlists/{LONG}/tracks", {}, 100),
        ({}, f"playlists/{LONG}/items", {"limit": 100}, 100),
        ({}, f"playlists/{LONG}/items", {"limit": 0}, 0),
        ({}, f"playlists/{LONG}/items", {"limit": 100, "offset": 200}, 50),
        ({}, f"playlists/{LONG}/items", {"limit": 50, "offset": 900}, 0),
        ({"items_limit": 50}, f"playlists/{LONG}/items", {"limit": 50}, 50),
        ({}, "me/playlists", {"limit": 2}, 2),
    ],
)
def test_a_page_has_as_many_rows_as_were_asked_for(
    options: dict[str, Any], path: str, query: dict[str, int], expected: int
) -> None:
    page = asking(**options).read(path, **query)
    assert len(page["items"]) == expected
    assert page["total"] == (250 if LONG in path else 7)
    assert page["offset"] == query.get("offset", 0)


@pytest.mark.parametrize(
    ("options", "path", "query", "expected"),
    [
        ({}, f"playlists/{LONG}/items", {"limit": 101}, "Invalid limit"),
        ({"items_limit": 50}, f"playlists/{LONG}/items", {"limit": 51}, "Invalid limit"),
        ({}, f"playlists/{LONG}/tracks", {"limit": 101}, "Invalid limit"),
        ({}, f"playlists/{LONG}/items", {"limit": "many"}, "Invalid limit"),
        ({}, f"playlists/{LONG}/items", {"offset": -1}, "Invalid offset"),
        ({}, f"playlists/{LONG}", {"fields": "items(total"}, "Invalid fields"),
        ({}, "me/playlists", {"limit": 51}, "Invalid limit"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(
    options: dict[str, Any], path: str, query: dict[str, str], expected: str
) -> None:
    assert message(asking(**options).get(path, **query)) == (400, expected)


def test_oembed_shows_public_playlists_to_everybody() -> None:
    simulated = simulator()

    def ask(url: str) -> int:
        return simulated.answer(Request("GET", "/oembed", {"url": url})).status

    answer = simulated.answer(Request("GET", "/oembed", {"url": f"https://open.spotify.com/playlist/{OWN}"}))
    assert (read(answer)["title"], read(answer)["type"]) == ("A Name", "rich")
    assert OWN in read(answer)["html"]
    assert ask(f"spotify:playlist:{OWN}") == 200
    assert [ask(f"https://open.spotify.com/playlist/{name}") for name in (PRIVATE, UNKNOWN)] == [404, 404]
    assert ask("https://example.com") == 404
