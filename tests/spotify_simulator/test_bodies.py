"""The shapes of answers: those of the examples, and the quirks of docs/spotify.md, sections 2 and 3.4."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spotify_simulator.bodies import BEFORE_2026, DUAL, RESTRICTED, AppClass, Dialect, View, row_body
from spotify_simulator.catalogue import episode, local_file, track
from spotify_simulator.scripted import ScriptedWorld
from spotify_simulator.world import SENTINEL, Person, Row
from tests.spotify_simulator.asking import (
    EMPTY,
    FOREIGN,
    LISTENER,
    LONG,
    OWN,
    ROWS,
    SPOTIFYS,
    STRANGER,
    Asking,
    asking,
    playlist,
)

EXAMPLE_CLASSES = {"development": AppClass.RESTRICTED, "extended": AppClass.EXTENDED}


@pytest.fixture(scope="session")
def examples(corpus: Path) -> Path:
    folder = corpus.parent / "docs" / "examples"
    if not folder.is_dir():
        pytest.skip(f"no examples at {folder}")
    return folder


def example(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def keys(body: object, above: str = "") -> Iterator[str]:
    """Every key with those above it; what is in `images` and below `added_by: null` is not looked at."""
    if isinstance(body, list):
        for element in body:
            yield from keys(element, f"{above}[]")
    elif isinstance(body, dict):
        for key, value in body.items():
            yield f"{above}.{key}"
            if key != "images":
                yield from keys(value, f"{above}.{key}")


def client_of(app_class: AppClass) -> Asking:
    return asking(app_class=app_class, world=_world_like_the_examples())


def _world_like_the_examples() -> ScriptedWorld:
    """Without the row of an unknown type, of which there is no example."""
    known = ROWS[:4]
    return ScriptedWorld.of(
        playlist(OWN, rows=known), playlist(FOREIGN, owner=STRANGER), playlist(EMPTY, rows=()), playlist(LONG)
    )


@pytest.mark.parametrize(
    ("name", "app_class", "path", "query"),
    [
        ("playlist-development-owned", AppClass.RESTRICTED, f"playlists/{OWN}", {}),
        ("playlist-development-not-owned", AppClass.RESTRICTED, f"playlists/{FOREIGN}", {}),
        ("playlist-extended", AppClass.EXTENDED, f"playlists/{OWN}", {}),
        ("items-page-development", AppClass.RESTRICTED, f"playlists/{OWN}/items", {}),
        ("items-page-dual-keys", AppClass.EXTENDED, f"playlists/{OWN}/items", {}),
        ("items-page-empty", AppClass.RESTRICTED, f"playlists/{EMPTY}/items", {}),
        ("me-development", AppClass.RESTRICTED, "me", {}),
        ("me-extended", AppClass.EXTENDED, "me", {}),
        ("me-playlists-page-development", AppClass.RESTRICTED, "me/playlists", {}),
        ("me-playlists-page-extended", AppClass.EXTENDED, "me/playlists", {}),
        (
            "items-page-fields",
            AppClass.RESTRICTED,
            f"playlists/{OWN}/items",
            {"limit": 1, "fields": "items(added_at,added_by.id,is_local,item),limit,next,offset,total"},
        ),
        (
            "items-page-fields-mismatch",
            AppClass.RESTRICTED,
            f"playlists/{OWN}/items",
            {"fields": "items(added_at,track),next,total"},
        ),
    ],
)
def test_an_answer_has_the_keys_of_its_example(
    examples: Path, name: str, app_class: AppClass, path: str, query: dict[str, Any]
) -> None:
    additional = {} if path.startswith("me") else {"additional_types": "track,episode"}
    body = client_of(app_class).read(path, **(query | additional))
    expected = set(keys(example(examples, name)))
    if name == "items-page-fields":
        expected = {key for key in expected if ".item." not in key}
        assert {key for key in keys(body) if ".item." not in key} == expected
    else:
        assert set(keys(body)) == expected


@pytest.mark.parametrize(
    ("name", "row", "dialect", "dressed"),
    [
        ("entry-track", Row(track(1), "2026-11-02T07:14:09Z", LISTENER), RESTRICTED, True),
        ("entry-local-file", Row(local_file("A", "B", "C", seconds=1), "x", LISTENER), RESTRICTED, True),
        ("entry-null", Row(None, "x", LISTENER, key="gone"), RESTRICTED, True),
        ("entry-episode", Row(episode(1), "x", LISTENER), RESTRICTED, False),
        ("entry-episode-as-track", Row(episode(1), "x", LISTENER), DUAL, True),
        ("entry-very-old", Row(track(1), None, None), DUAL, True),
        ("entry-sentinel-date", Row(track(1), SENTINEL, Person("")), DUAL, True),
    ],
)
def test_a_row_has_the_keys_of_its_example(
    examples: Path, name: str, row: Row, dialect: Dialect, *, dressed: bool
) -> None:
    body = row_body(row, View(dialect=dialect, origin="http://here", dressed=dressed))
    assert set(keys(body)) == set(keys(example(examples, name)))


def test_the_old_page_has_the_keys_of_its_example(examples: Path) -> None:
    body = asking(before_2026=True, world=_world_like_the_examples()).read(
        f"playlists/{OWN}/tracks", additional_types="track,episode"
    )
    assert set(keys(body)) == set(keys(example(examples, "tracks-page")))


def test_a_song_stands_under_both_keys_and_only_permissive_apps_see_its_markets() -> None:
    row = Row(track(1), "x", LISTENER)
    dual = row_body(row, View(dialect=DUAL, origin=""))
    assert dual["item"] == dual["track"]
    assert {"popularity", "available_markets", "track", "episode"} <= set(dual["item"])
    restricted = row_body(row, View(dialect=RESTRICTED, origin=""))["item"]
    assert not {"popularity", "available_markets", "track", "episode"} & set(restricted)
    assert set(row_body(row, View(dialect=BEFORE_2026, origin=""))) & {"item", "track"} == {"track"}


def test_the_type_of_an_episode_stays_when_it_looks_like_a_track() -> None:
    client = asking()
    plain = client.read(f"playlists/{OWN}/items", offset=3, limit=1)["items"][0]["item"]
    asked = client.read(f"playlists/{OWN}/items", offset=3, limit=1, additional_types="track,episode")["items"][0][
        "item"
    ]
    assert plain["type"] == asked["type"] == "episode"
    assert ("album" in plain, "show" in plain) == (True, False)
    assert ("album" in asked, "show" in asked) == (False, True)


def test_links_drop_parameters_and_echo_the_wrong_types() -> None:
    query = {"limit": 2, "additional_types": "track,episode", "fields": "href,next,previous"}
    page = asking().read(f"playlists/{LONG}/items", offset=2, **query)
    start = f"http://here/v1/playlists/{LONG}/items"
    assert page == {
        "href": f"{start}?offset=2&limit=2&additional_types=track",
        "next": f"{start}?offset=4&limit=2&additional_types=track",
        "previous": f"{start}?offset=0&limit=2&additional_types=track",
    }


def test_the_embedded_pages_lead_to_their_own_endpoints() -> None:
    body = asking(embedded_limit=10).read(f"playlists/{LONG}")
    for key in ("items", "tracks"):
        assert body[key]["next"] == f"http://here/v1/playlists/{LONG}/{key}?offset=10&limit=10&additional_types=track"
        assert (len(body[key]["items"]), body[key]["limit"], body[key]["total"]) == (10, 10, 250)


def test_a_language_is_echoed_in_links() -> None:
    client = asking()
    client.headers["accept-language"] = "de-DE,en;q=0.5"
    assert client.read(f"playlists/{OWN}")["href"].endswith("?additional_types=track&locale=de-DE")


def test_the_library_leads_to_an_endpoint_that_restricted_apps_have_lost() -> None:
    page = asking().read("me/playlists", limit=3)
    assert page["next"] == "http://here/v1/users/listener/playlists?offset=3&limit=3"


def test_the_library_has_null_for_what_the_app_may_not_see_and_a_summary_for_the_rest() -> None:
    restricted = {row and row["id"]: row for row in asking(app_class=AppClass.RESTRICTED).read("me/playlists")["items"]}
    assert None in restricted
    assert SPOTIFYS not in restricted
    assert restricted[FOREIGN]["items"] == {"href": f"http://here/v1/playlists/{FOREIGN}/items", "total": 5}
    assert "tracks" not in restricted[FOREIGN]
    assert restricted[EMPTY]["images"] is None
    extended = {row["id"]: row for row in asking().read("me/playlists")["items"]}
    assert SPOTIFYS in extended
    assert {"items", "tracks"} <= set(extended[OWN])
    assert "followers" not in extended[OWN]


def test_library_and_playlist_give_the_same_snapshot() -> None:
    client = asking()
    listed = {row["id"]: row["snapshot_id"] for row in client.read("me/playlists")["items"]}
    assert listed[OWN] == client.read(f"playlists/{OWN}")["snapshot_id"]
    assert listed[SPOTIFYS] != client.read(f"playlists/{SPOTIFYS}")["snapshot_id"]


@pytest.mark.parametrize(("given", "expected"), [(True, {"href": None, "total": 7}), (False, None)])
def test_followers_may_be_left_out(*, given: bool, expected: dict[str, Any] | None) -> None:
    assert asking(followers_given=given).read(f"playlists/{OWN}").get("followers") == expected


def test_fields_of_the_other_dialect_give_rows_without_songs() -> None:
    page = asking(app_class=AppClass.RESTRICTED).read(f"playlists/{OWN}/items", fields="items(added_at,track(id))")
    assert all(set(row) == {"added_at"} for row in page["items"])


def test_the_fields_that_the_client_asks_for_come_with_every_kind_of_row() -> None:
    fields = "items(total,items(added_at,added_by.id,item(id,uri,type,show(name),album(name)))),tracks.total"
    body = asking().read(f"playlists/{OWN}", fields=fields, additional_types="track,episode")
    assert set(body) == {"items", "tracks"}
    assert body["tracks"] == {"total": 5}
    songs = [row["item"] for row in body["items"]["items"]]
    assert [song and song["type"] for song in songs] == ["track", "track", None, "episode", "hologram"]
    assert set(songs[3]) == {"id", "uri", "type", "show"}
    assert body["items"]["items"][4]["added_by"] is None
