"""The JSON of a row's song: tracks, local files, episodes (docs/spotify.md, sections 2.5 to 2.8)."""

import hashlib
from functools import lru_cache
from typing import Any, Final

from .fields import Fields
from .world import Named, Person, Song

PAGES: Final = "https://open.spotify.com"
API: Final = "https://api.spotify.com/v1"
"""The origins of links in bodies. Only links to pages, which a client may follow, lead to the simulator."""

MARKETS: Final = ("DE", "SE", "US")

_SIZES: Final = (640, 300, 64)
"""The widths of covers, widest first."""

_KEPT: Final = 20_000
"""Songs kept in memory: as many as the catalogue has."""

Body = dict[str, Any]


def user_body(person: Person, *, with_name: bool = False) -> Body:
    """A public user. `added_by` comes without the name (section 2.4)."""
    body = {
        "external_urls": {"spotify": f"{PAGES}/user/{person.id}"},
        "href": f"{API}/users/{person.id}",
        "id": person.id,
        "type": "user",
        "uri": f"spotify:user:{person.id}",
    }
    return {"display_name": person.name, **body} if with_name else body


@lru_cache(maxsize=_KEPT)
def song_body(song: Song, choice: Fields | None = None, *, permissive: bool, dressed: bool) -> Body:
    """The song of a row, or the selected parts. The same song gives the same object, which must not be changed.

    `permissive` adds the fields that restricted apps do not get (section 1.2). `dressed` gives episodes the shape of
    tracks (2.8).
    """
    body = _whole(song, permissive=permissive, dressed=dressed)
    return choice.of(body) if choice else body


def _whole(song: Song, *, permissive: bool, dressed: bool) -> Body:
    if song.body is not None:
        return dict(song.body)
    if song.is_local:
        return _local(song, permissive=permissive)
    if song.kind == "episode" and not dressed:
        return _episode(song, permissive=permissive)
    return _track(song, permissive=permissive)


def _track(song: Song, *, permissive: bool) -> Body:
    is_episode = song.kind == "episode"
    if is_episode and song.show:
        album, artists = _show_as_album(song.show, permissive=permissive), [_linked(song.show, "show", kind="artist")]
    else:
        album, artists = _album(song, permissive=permissive), [_linked(artist, "artist") for artist in song.artists]
    return {
        **(_permissive(is_episode=is_episode) | {"popularity": song.popularity} if permissive else {}),
        **_common(song),
        "album": album,
        "artists": artists,
        "disc_number": 0 if is_episode else 1,
        "external_ids": {"isrc": song.isrc} if song.isrc else {},
        "is_local": False,
        "preview_url": None,
        "track_number": 0 if is_episode else song.number,
    }


def _common(song: Song) -> Body:
    return {
        "duration_ms": song.duration_ms,
        "explicit": song.explicit,
        "external_urls": {"spotify": f"{PAGES}/{song.kind}/{song.id}"},
        "href": f"{API}/{song.kind}s/{song.id}",
        "id": song.id,
        "name": song.name,
        "type": song.kind,
        "uri": song.uri,
    }


def _permissive(*, is_episode: bool) -> Body:
    """Fields that only unrestricted apps get. The booleans `track` and `episode` differ from the row's key `track`."""
    return {"available_markets": list(MARKETS), "episode": is_episode, "track": not is_episode}


def _markets(*, permissive: bool) -> Body:
    return {"available_markets": list(MARKETS)} if permissive else {}


def _album(song: Song, *, permissive: bool) -> Body:
    album = song.album or Named(None, "")
    precision = ("year", "month", "day")[song.released.count("-")]
    return {
        **_linked(album, "album"),
        **_markets(permissive=permissive),
        "album_type": "album",
        "artists": [_linked(artist, "artist") for artist in song.artists],
        "images": images(album.id or ""),
        "release_date": song.released,
        "release_date_precision": precision,
        "total_tracks": 12,
    }


def _show_as_album(show: Named, *, permissive: bool) -> Body:
    return {
        **_linked(show, "show"),
        **_markets(permissive=permissive),
        "album_type": "compilation",
        "artists": [],
        "images": images(show.id or ""),
        "release_date": None,
        "release_date_precision": None,
        "total_tracks": 42,
    }


def _linked(thing: Named, path: str, *, kind: str | None = None) -> Body:
    """An artist, album or show with its links. Without an id, it has `{}` and nulls instead."""
    known = thing.id is not None
    return {
        "external_urls": {"spotify": f"{PAGES}/{path}/{thing.id}"} if known else {},
        "href": f"{API}/{path}s/{thing.id}" if known else None,
        "id": thing.id,
        "name": thing.name,
        "type": kind or path,
        "uri": f"spotify:{path}:{thing.id}" if known else None,
    }


def _local(song: Song, *, permissive: bool) -> Body:
    album = _linked(song.album or Named(None, ""), "album")
    nothing: Body = {
        "album_type": None,
        "artists": [],
        "images": [],
        "release_date": None,
        "release_date_precision": None,
    }
    markets: Body = {"available_markets": []} if permissive else {}
    return {
        **_common(song),
        **markets,
        **({"popularity": 0} if permissive else {}),
        "album": album | nothing | markets,
        "artists": [_linked(artist, "artist") for artist in song.artists],
        "disc_number": 0,
        "external_ids": {},
        "external_urls": {},
        "href": None,
        "is_local": True,
        "preview_url": None,
        "track_number": 0,
    }


def _episode(song: Song, *, permissive: bool) -> Body:
    about = f"An episode of {song.show.name}." if song.show else "An episode."
    return {
        **(_permissive(is_episode=True) if permissive else {}),
        **_common(song),
        "audio_preview_url": None,
        "description": about,
        "html_description": f"<p>{about}</p>",
        "images": images(song.uri),
        "is_externally_hosted": False,
        "language": "en",
        "languages": ["en"],
        "release_date": song.released,
        "release_date_precision": "day",
        "show": _show(song.show, permissive=permissive) if song.show else None,
    }


def _show(show: Named, *, permissive: bool) -> Body:
    about = f"All about {show.name}."
    return {
        **_linked(show, "show"),
        **_markets(permissive=permissive),
        **({"publisher": "Invented Radio"} if permissive else {}),
        "copyrights": [],
        "description": about,
        "explicit": False,
        "html_description": f"<p>{about}</p>",
        "images": images(show.id or ""),
        "is_externally_hosted": False,
        "languages": ["en"],
        "media_type": "audio",
        "total_episodes": 42,
    }


def images(seed: str) -> list[Body]:
    """Three sizes of a cover that does not exist."""
    name = hashlib.sha1(seed.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return [{"height": size, "url": f"https://i.scdn.co/image/{size:04x}{name}", "width": size} for size in _SIZES]
