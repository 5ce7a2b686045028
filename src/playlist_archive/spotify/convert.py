"""Turns Spotify's answers into a snapshot, as the archive keeps it."""

from collections.abc import Iterable

from ..archive.ids import PlaylistId
from ..archive.model import Item, Snapshot
from .errors import UnexpectedAnswer
from .responses import Playlist, PlaylistItem, Song, Thing, is_linked


def snapshot_of(playlist: Playlist, rows: Iterable[PlaylistItem | None]) -> Snapshot:
    """The whole playlist as the archive keeps it. Null items are counted; everything else is kept.

    Raises:
        NoSong: a row has no song key.
        UnexpectedAnswer: a song has no identity.
    """
    items = [item_of(row, owner=playlist.owner.id) for row in rows]
    owner = playlist.owner.named()
    return Snapshot(
        id=PlaylistId(playlist.id),  # the reader compared it with the id that it asked for
        name=playlist.name,
        description=playlist.description,
        owner=owner._replace(name=playlist.owner.display_name or playlist.owner.id or ""),
        likes=playlist.likes,
        snapshot_id=playlist.snapshot_id,
        items=tuple(item for item in items if item),
        null_items=items.count(None),
        private=None if playlist.public is None else not (playlist.public or playlist.collaborative),
    )


def item_of(row: PlaylistItem | None, *, owner: str | None = None) -> Item | None:
    """A row of `owner`'s playlist as the archive keeps it; None if Spotify removed the song."""
    song = row.song() if row else None
    if row is None or song is None:
        return None
    home = _home(song)
    isrc = song.external_ids.isrc if song.external_ids else None
    adder = row.added_by.id if row.added_by else ""
    return Item(
        uri=_identity(song),
        name=song.name,
        artists=tuple(person.named() for person in _people(song) if person),
        album=song.album.named() if song.album and home is None else None,
        show=home.named() if home else None,
        duration_ms=song.duration_ms or 0,
        isrc=isrc.upper() if isrc else None,
        added_by=adder if adder and adder != owner else None,
        linked=is_linked(song.external_urls) or song.id is None,
        added_on=row.added_at,
    )


def _home(song: Song) -> Thing | None:
    """The show or book that contains the song; None for a track, which has an album.

    An episode in the shape of a track has its show in place of the album.
    """
    if song.type == "track":
        return None
    return song.show or song.audiobook or (song.album if song.type == "episode" else None)


def _people(song: Song) -> tuple[Thing | None, ...]:
    """The song's artists, or the authors of its book. An episode has none, even if it has the shape of a track."""
    authors = song.audiobook.authors if song.audiobook else None
    return () if song.type == "episode" else song.artists or authors or ()


def _identity(song: Song) -> str:
    if song.uri:
        return song.uri
    if song.id:
        return f"spotify:{song.type or 'track'}:{song.id}"
    msg = f"a row of type {song.type!r} has neither a uri nor an id"
    raise UnexpectedAnswer(msg)
