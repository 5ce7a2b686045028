"""Findings on each registered playlist: whether Spotify serves it."""

from collections.abc import Iterator
from typing import Final

from ..archive.ids import PlaylistId
from ..spotify.errors import Closed, NotFound, Refused, SpotifyError
from ..spotify.responses import Playlist
from .access import LOGIN, has_stopped
from .ask import Answers, is_served
from .findings import Finding, Mark

TOPIC: Final = "playlist"

SPOTIFYS_OWN: Final = "37i9dQZ"
"""The first characters of the ids of Spotify's own playlists (seen in all of them, but not documented)."""

_LATER: Final = "run this again later"


def findings(answers: Answers) -> Iterator[Finding]:
    """One finding per playlist that was asked for, then the findings on all playlists together."""
    for playlist_id, answer in answers.playlists.items():
        message, mark, remedy = _of(playlist_id, answer, for_user=answers.for_user)
        yield Finding(TOPIC, mark, message, remedy, playlist_id)
    if answers.left_out:
        message = f"{answers.left_out:,} playlist{'' if answers.left_out == 1 else 's'} not looked at"
        yield Finding("total", Mark.NOTE, message, _LATER)
    if answers.playlists and not answers.is_served and not has_stopped(answers):
        yield Finding("total", Mark.STOPS, "no playlist is served, so an update would write nothing")


_Found = tuple[str, Mark, str]
"""Message, mark and remedy."""


def _of(playlist_id: PlaylistId, answer: Playlist | SpotifyError, *, for_user: bool) -> _Found:
    if isinstance(answer, Playlist) and is_served(answer):
        return _served(answer)
    if isinstance(answer, Playlist | Closed):
        return _closed(answer.name if isinstance(answer, Playlist) else "", for_user=for_user)
    if isinstance(answer, NotFound):
        return _not_found(playlist_id)
    if isinstance(answer, Refused):
        return "Spotify refuses it without a reason", Mark.NOTE, "wait: earlier refusals ended after some weeks"
    return answer.message, Mark.WRONG, answer.remedy or _LATER


def _served(playlist: Playlist) -> _Found:
    contents = playlist.items or playlist.tracks
    total = contents.total if contents else None
    songs = "" if total is None else f", {total:,} song{'' if total == 1 else 's'}"
    return f"{playlist.name}: served{songs}", Mark.GOOD, ""


def _closed(name: str, *, for_user: bool) -> _Found:
    message = "its contents are closed to this app" if for_user else "closed to an app without a user"
    remedy = "have its owner make you a collaborator, or run this themselves" if for_user else LOGIN
    return f"{name}: {message}" if name else message, Mark.NOTE, remedy


def _not_found(playlist_id: PlaylistId) -> _Found:
    if playlist_id.startswith(SPOTIFYS_OWN):
        message = "one of Spotify's own, which hardly any app may read"
        return message, Mark.NOTE, "delete its entry from the registry"
    page = f"https://open.spotify.com/playlist/{playlist_id}"
    message = "not found: deleted, made private, or mistyped"
    return message, Mark.NOTE, f"open {page}, and delete the entry if nothing is there"
