"""What becomes of each of Spotify's answers, as recorded examples show them."""

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from playlist_archive.archive.model import Item, Named
from playlist_archive.spotify.convert import item_of, snapshot_of
from playlist_archive.spotify.errors import NoSong, UnexpectedAnswer
from playlist_archive.spotify.responses import ItemsPage, LibraryPage, Playlist, PlaylistItem, Token, User

ROW = TypeAdapter(PlaylistItem)

LANTERNS = Item(
    uri="spotify:track:3TrackPaperLanterns000",
    name="Paper Lanterns",
    artists=(
        Named(id="1ArtistMarbleOwls00000", name="Marble Owls"),
        Named(id="2ArtistInkwellChoir000", name="Inkwell Choir"),
    ),
    album=Named(id="4AlbumNightFerry000000", name="Night Ferry"),
    duration_ms=214506,
    isrc="XXAAA2600003",
    added_by="examplecurator",
    added_on=date(2026, 11, 2),
)
LOCAL = Item(
    uri="spotify:local:The+Unsigned:Basement+Tapes:Demo+No.+4%2C+Take+2:273",
    name="Demo No. 4, Take 2",
    artists=(Named(name="The Unsigned"),),
    album=Named(name="Basement Tapes"),
    duration_ms=273000,
    added_by="examplecurator",
    added_on=date(2013, 1, 19),
)
EPISODE = Item(
    uri="spotify:episode:7EpisodeTheLongWave000",
    name="The Long Wave",
    show=Named(id="8ShowSignalAndNoise000", name="Signal and Noise"),
    duration_ms=2071013,
    added_by="examplecurator",
    added_on=date(2026, 11, 6),
)
SALT_ROAD = "spotify:track:5TrackSaltRoad00000000"
KINDS_OF_ROWS = [LANTERNS.uri, SALT_ROAD, LOCAL.uri, None, EPISODE.uri]


def read(examples: Path, name: str) -> str:
    return (examples / f"{name}.json").read_text(encoding="utf-8")


def entry_of(examples: Path, name: str) -> Item | None:
    return item_of(ROW.validate_json(read(examples, f"entry-{name}")))


def uri_of(entry: PlaylistItem | None) -> str | None:
    item = item_of(entry)
    return item.uri if item else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("track", LANTERNS), ("local-file", LOCAL), ("episode", EPISODE), ("episode-as-track", EPISODE), ("null", None)],
)
def test_an_entry_keeps_all_that_it_says(examples: Path, name: str, expected: Item | None) -> None:
    assert entry_of(examples, name) == expected


def test_a_relinked_entry_is_what_the_answer_calls_it(examples: Path) -> None:
    item = entry_of(examples, "relinked")
    assert item is not None
    assert (item.uri, item.name) == (LANTERNS.uri, LANTERNS.name)


def test_a_song_that_may_not_be_played_is_kept(examples: Path) -> None:
    item = entry_of(examples, "restricted")
    assert item is not None
    assert (item.uri, item.name) == (SALT_ROAD, "Salt Road (feat. Inkwell Choir) [Live]")


def test_a_very_old_entry_has_no_day_and_nobody_who_added_it(examples: Path) -> None:
    item = entry_of(examples, "very-old")
    assert item is not None
    assert (item.uri, item.added_on, item.added_by) == (LANTERNS.uri, None, None)


def test_the_day_that_stands_for_unknown_is_no_day(examples: Path) -> None:
    item = entry_of(examples, "sentinel-date")
    assert item is not None
    assert (item.uri, item.added_on, item.added_by) == (SALT_ROAD, None, None)


@pytest.mark.parametrize(
    ("name", "total", "uris"),
    [
        ("items-page-development", 5, KINDS_OF_ROWS),
        ("items-page-dual-keys", 5, KINDS_OF_ROWS),
        ("tracks-page", 5, KINDS_OF_ROWS),
        ("items-page-first-of-two", 3, [LANTERNS.uri, SALT_ROAD]),
        ("items-page-second-of-two", 3, [LOCAL.uri]),
        ("items-page-empty", 0, []),
        ("items-page-fields", 1, [LANTERNS.uri]),
    ],
)
def test_a_page_keeps_all_its_rows_in_order(examples: Path, name: str, total: int, uris: list[str | None]) -> None:
    page = ItemsPage.model_validate_json(read(examples, name))
    assert page.total == total
    assert [uri_of(row) for row in page.items] == uris


def test_an_empty_row_is_no_removed_song() -> None:
    with pytest.raises(NoSong):
        item_of({})


def test_a_filter_of_the_wrong_dialect_is_no_page_of_removed_songs(examples: Path) -> None:
    page = ItemsPage.model_validate_json(read(examples, "items-page-fields-mismatch"))
    for row in page.items:
        with pytest.raises(NoSong):
            item_of(row)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("playlist-development-owned", {"items"}),
        ("playlist-development-owned-minimal", {"items"}),
        ("playlist-development-not-owned", set()),
        ("playlist-extended", {"items", "tracks"}),
        ("playlist-tracks-only", {"tracks"}),
    ],
)
def test_a_playlist_tells_the_class_of_the_app_by_its_keys(examples: Path, name: str, keys: set[str]) -> None:
    playlist = Playlist.model_validate_json(read(examples, name))
    held = {key for key, page in (("items", playlist.items), ("tracks", playlist.tracks)) if page}
    assert held == keys


@pytest.mark.parametrize("name", ["playlist-development-owned", "playlist-extended", "playlist-tracks-only"])
def test_a_playlist_becomes_a_snapshot_of_all_its_rows(examples: Path, name: str) -> None:
    playlist = Playlist.model_validate_json(read(examples, name))
    page = playlist.items or playlist.tracks
    assert page is not None
    snapshot = snapshot_of(playlist, page.items or ())
    assert [item.uri for item in snapshot.items] == [uri for uri in KINDS_OF_ROWS if uri]
    assert snapshot.null_items == 1
    assert snapshot.owner == Named(id="examplecurator", name="Example Curator")
    assert snapshot.snapshot_id == json.loads(read(examples, name))["snapshot_id"]


def test_a_playlist_may_lack_all_that_is_optional(examples: Path) -> None:
    playlist = Playlist.model_validate_json(read(examples, "playlist-development-owned-minimal"))
    snapshot = snapshot_of(playlist, ())
    assert (snapshot.description, snapshot.likes, snapshot.items) == ("", None, ())


def test_a_foreign_playlist_gives_its_metadata(examples: Path) -> None:
    playlist = Playlist.model_validate_json(read(examples, "playlist-development-not-owned"))
    snapshot = snapshot_of(playlist, ())
    assert (snapshot.name, snapshot.likes) == ("Kitchen Radio", 1204)
    assert snapshot.owner == Named(id="anotherlistener", name="anotherlistener")


@pytest.mark.parametrize("name", ["me-playlists-page-development", "me-playlists-page-extended"])
def test_a_page_of_the_library_keeps_the_rows_that_are_there(examples: Path, name: str) -> None:
    answer = json.loads(read(examples, name))
    page = LibraryPage.model_validate(answer)
    assert [row and row.id for row in page.items] == [row and row["id"] for row in answer["items"]]
    assert (page.total, page.limit) == (answer["total"], answer["limit"])


def test_a_row_of_the_library_that_makes_no_sense_is_as_if_it_were_not_listed() -> None:
    page = LibraryPage.model_validate({"items": [{"id": 5}, "x", None], "total": 3, "limit": 50})
    assert page.items == (None, None, None)


@pytest.mark.parametrize("name", ["me-development", "me-extended"])
def test_a_user_has_an_id_and_a_name(examples: Path, name: str) -> None:
    user = User.model_validate_json(read(examples, name))
    assert (user.id, user.display_name) == ("examplecurator", "Example Curator")


@pytest.mark.parametrize(
    ("name", "access", "refresh"),
    [
        ("token-client-credentials", "BQC-example-app-token", None),
        ("token-authorization-code", "BQD-example-user-token", "AQD-example-refresh-token"),
        ("token-refresh", "BQE-example-user-token-2", None),
    ],
)
def test_a_token_answer_gives_its_tokens_and_shows_none(
    examples: Path, name: str, access: str, refresh: str | None
) -> None:
    token = Token.model_validate_json(read(examples, name))
    assert token.access_token.get_secret_value() == access
    assert (token.refresh_token.get_secret_value() if token.refresh_token else None) == refresh
    assert token.expires_in == 3600
    assert "BQ" not in f"{token} {token!r} {token.model_dump_json()}"


def test_every_answer_among_the_examples_is_tested_somewhere(examples: Path) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    names = {path.stem for path in examples.glob("*.json") if not path.stem.startswith("write-")}
    assert {name for name in names if name.removeprefix("entry-") not in tests} == set()


SONG: dict[str, object] = {"id": "1", "uri": "spotify:track:1", "type": "track", "name": "A", "duration_ms": 1000}


def row(song: dict[str, object] | None = None, /, **entry: object) -> Item:
    """A row with a song, `song` and `entry` changed in it."""
    parsed = ROW.validate_json(json.dumps({"item": SONG | (song or {}), **entry}))
    item = item_of(parsed)
    assert item is not None
    return item


@pytest.mark.parametrize(
    ("added_at", "day"),
    [
        ("2026-11-02T07:14:09Z", date(2026, 11, 2)),
        ("2026-11-02T23:30:00-02:00", date(2026, 11, 3)),
        ("2026-11-02T07:14:09", date(2026, 11, 2)),
        ("2026-11-02", date(2026, 11, 2)),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2026-13-45", None),
        ("", None),
        (None, None),
        (5, None),
        ({}, None),
    ],
)
def test_a_day_is_in_utc_or_unknown(added_at: object, day: date | None) -> None:
    assert row(added_at=added_at).added_on == day


@pytest.mark.parametrize(
    ("duration", "expected"),
    [(214506, 214506), (214506.7, 214506), (-5, 0), (None, 0), ("long", 0), ([], 0), (10**30, 0), (1e300, 0)],
)
def test_a_length_is_a_number_or_nothing(duration: object, expected: int) -> None:
    assert row({"duration_ms": duration}).duration_ms == expected


@pytest.mark.parametrize("junk", [5, "x", [], {"isrc": 5}, {"spotify": []}, {"id": {}}])
@pytest.mark.parametrize("field", ["external_ids", "external_urls"])
def test_what_only_adorns_a_song_never_loses_it(field: str, junk: object) -> None:
    item = row({field: junk}, added_by=junk)
    assert (item.uri, item.name, item.isrc, item.added_by) == ("spotify:track:1", "A", None, None)


@pytest.mark.parametrize("likes", [{"total": None}, {"total": "many"}, {"total": 10**30}, 5, [], None, {}])
def test_likes_that_make_no_sense_are_not_given(likes: object) -> None:
    playlist = Playlist.model_validate({"id": "x", "snapshot_id": "s", "owner": {}, "followers": likes})
    assert playlist.likes is None


@pytest.mark.parametrize("change", [{"name": 5}, {"uri": 5}, {"id": []}, {"type": {}}, {"artists": "x"}, {"album": 5}])
def test_a_song_whose_identity_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        row(change)


@pytest.mark.parametrize("entry", [{"item": "x"}, {"item": 5}, {"item": []}, {"track": "x"}])
def test_a_row_that_holds_something_else_than_a_song_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ROW.validate_python(entry)


@pytest.mark.parametrize(("artists", "names"), [(None, []), ([], []), ([None, {"name": "B"}], ["B"]), ([{}], [""])])
def test_artists_may_be_missing(artists: object, names: list[str]) -> None:
    assert [artist.name for artist in row({"artists": artists}).artists] == names


@pytest.mark.parametrize("type_", ["chapter", "music_video", "", None])
def test_a_song_of_a_type_that_does_not_exist_yet_is_kept_by_uri_and_name(type_: str | None) -> None:
    item = row({"type": type_, "uri": "spotify:thing:1"})
    assert (item.uri, item.name, item.duration_ms) == ("spotify:thing:1", "A", 1000)


@pytest.mark.parametrize(
    ("song", "uri"),
    [
        ({"uri": None, "type": "chapter"}, "spotify:chapter:1"),
        ({"uri": "", "type": None}, "spotify:track:1"),
        ({"id": None, "uri": "spotify:local:a:b:c:1"}, "spotify:local:a:b:c:1"),
    ],
)
def test_a_song_is_known_by_its_uri_or_else_by_its_id(song: dict[str, object], uri: str) -> None:
    assert row(song).uri == uri


def test_a_song_without_uri_and_id_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="neither a uri nor an id"):
        row({"id": None, "uri": None})


def test_what_spotify_does_not_link_has_no_id_to_link_to() -> None:
    unlinked = {"id": "gone", "name": "B", "external_urls": {}}
    item = row({"album": unlinked, "artists": [unlinked], "external_urls": {}})
    assert item.album == Named(name="B")
    assert item.artists == (Named(name="B"),)
    assert not item.linked


def test_the_isrc_is_in_capitals() -> None:
    assert row({"external_ids": {"isrc": "ushm90600001"}}).isrc == "USHM90600001"


def test_the_boolean_called_track_inside_a_song_is_not_the_song() -> None:
    assert row({"track": True, "episode": False}).uri == "spotify:track:1"


@pytest.mark.parametrize(("entry", "null_items"), [(None, 1), ({"item": None}, 1), ({"track": None}, 1)])
def test_a_removed_song_is_counted(entry: dict[str, object] | None, null_items: int) -> None:
    playlist = Playlist.model_validate({"id": "x", "snapshot_id": "s", "owner": {}})
    parsed = ROW.validate_python(entry) if entry else None
    assert snapshot_of(playlist, [parsed]).null_items == null_items


@pytest.mark.parametrize(
    ("adder", "kept"), [({"id": "guest"}, "guest"), ({"id": "owner"}, None), ({"id": ""}, None), (None, None)]
)
def test_who_added_a_song_is_kept_where_that_is_not_the_owner(adder: dict[str, str] | None, kept: str | None) -> None:
    owner = {"id": "owner", "external_urls": {}}
    playlist = Playlist.model_validate({"id": "x", "snapshot_id": "s", "owner": owner})
    entry = ROW.validate_python({"item": SONG, "added_by": adder})
    assert [item.added_by for item in snapshot_of(playlist, [entry]).items] == [kept]


@pytest.mark.parametrize("model", [ItemsPage, LibraryPage])
def test_an_empty_object_is_no_page(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate({})


def test_a_chapter_keeps_its_book_and_the_authors(examples: Path) -> None:
    item = item_of(ROW.validate_json(read(examples, "doubtful/entry-chapter")))
    assert item
    assert item.show == Named("9AudiobookHarbour00000", "The Harbour Book")
    assert (item.name, item.artists, item.album) == ("Chapter 1", (Named(None, "Edda Marlowe"),), None)


def test_what_does_not_exist_yet_keeps_its_home_and_its_people() -> None:
    show = {"id": "s", "name": "Show", "external_urls": {"spotify": "https://open.spotify.com/show/s"}}
    video = row({"type": "video", "uri": "spotify:video:1", "name": "V", "show": show, "artists": [{"name": "A"}]})
    assert (video.show, video.album, video.artists) == (Named("s", "Show"), None, (Named(None, "A"),))
    concert = row(
        {"type": "concert", "uri": "spotify:concert:1", "album": {"name": "Album"}, "artists": [{"name": "A"}]}
    )
    assert (concert.show, concert.album, concert.artists) == (None, Named(None, "Album"), (Named(None, "A"),))
