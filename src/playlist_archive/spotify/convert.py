"""Turns Spotify's answers into a snapshot, as the archive keeps it."""

from collections.abc import Iterable

from ..archive.ids import PlaylistId
from ..archive.model import Item, Named, Snapshot
from .errors import UnexpectedAnswer
from .responses import Playlist, PlaylistItem, Song, Thing, is_linked, song_of


def snapshot_of(playlist: Playlist, rows: Iterable[PlaylistItem | None]) -> Snapshot:
    """The whole playlist as the archive keeps it. Null items are counted; everything else is kept.

    Raises:
        NoSong: a row has no song key.
        UnexpectedAnswer: a song has no identity.
    """
    items = [item_of(row, owner=playlist.owner.id) for row in rows]
    return Snapshot(
        id=PlaylistId(playlist.id),  # the reader compared it with the id that it asked for
        name=playlist.name,
        description=playlist.description,
        owner=playlist.owner.named(),
        likes=playlist.likes,
        snapshot_id=playlist.snapshot_id,
        items=tuple(item for item in items if item),
        null_items=items.count(None),
        private=None if playlist.public is None else not (playlist.public or playlist.collaborative),
    )


def item_of(row: PlaylistItem | None, *, owner: str | None = None) -> Item | None:
    """A row of `owner`'s playlist as the archive keeps it; None if Spotify removed the song.

    Raises:
        NoSong: the row has no song key.
        UnexpectedAnswer: the song has no identity.
    """
    if row is None or (song := song_of(row)) is None:
        return None
    kind = song.get("type", "track")
    home = None if kind == "track" else _home(song, kind)
    album, ids, adder = song.get("album"), song.get("external_ids"), row.get("added_by")
    isrc = ids.get("isrc") if ids else None
    adder_id = adder.get("id") if adder else None
    return Item(
        uri=song.get("uri") or _made_uri(song, kind),
        name=song.get("name") or "",
        artists=() if kind == "episode" else tuple([_named(person) for person in _people(song) if person is not None]),
        album=_named(album) if album is not None and home is None else None,
        show=_named(home) if home is not None else None,
        duration_ms=song.get("duration_ms") or 0,
        isrc=isrc.upper() if isrc else None,
        added_by=adder_id if adder_id and adder_id != owner else None,
        linked=is_linked(song.get("external_urls")) or song.get("id") is None,
        added_on=row.get("added_at"),
    )


def _named(thing: Thing) -> Named:
    """Id and name. The id is left out if Spotify has no page for it, so that no link leads to nothing."""
    return Named(thing.get("id") or None if is_linked(thing.get("external_urls")) else None, thing.get("name") or "")


def _home(song: Song, kind: str | None) -> Thing | None:
    """The show or book that contains the song, which is no track.

    An episode in the shape of a track has its show in place of the album.
    """
    homes = (song.get("show"), song.get("audiobook"), song.get("album") if kind == "episode" else None)
    return next((home for home in homes if home is not None), None)


def _people(song: Song) -> tuple[Thing | None, ...]:
    """The song's artists, or the authors of its book."""
    book = None if (artists := song.get("artists")) else song.get("audiobook")
    return artists or (book.get("authors") if book else None) or ()


def _made_uri(song: Song, kind: str | None) -> str:
    """The uri of a song that comes without one."""
    if song_id := song.get("id"):
        return f"spotify:{kind or 'track'}:{song_id}"
    msg = f"a row of type {kind!r} has neither a uri nor an id"
    raise UnexpectedAnswer(msg)
