"""Asks Spotify what this app may read: the account, and each playlist without its songs.

The modules `access.py` and `playlists.py` put the answers into words.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..archive.ids import PlaylistId
from ..spotify.errors import RunEnds, SpotifyError, Transient
from ..spotify.reader import Reader
from ..spotify.responses import Playlist, User


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Spotify's answers. `error` ended the asking, or is the answer to the request for the account.

    `has_token` tells that Spotify accepted the credentials, `has_other_token` that it gave another refresh token.
    `user` is the name of the user, empty if Spotify did not give it. `restricted` is None if no answer shows the app's
    class. `left_out` is the number of playlists that were not asked for because of `error`.
    """

    for_user: bool
    has_token: bool = False
    user: str = ""
    authorized_on: date | None = None
    today: date
    missing_scopes: tuple[str, ...] = ()
    writing_scopes: tuple[str, ...] = ()
    has_other_token: bool = False
    restricted: bool | None = None
    was_slowed: bool = False
    error: SpotifyError | None = None
    playlists: Mapping[PlaylistId, Playlist | SpotifyError] = field(default_factory=dict)
    left_out: int = 0
    requests: int = 0

    @property
    def is_answered(self) -> bool:
        """Whether Spotify answered any request without an error."""
        return bool(self.user) or any(isinstance(answer, Playlist) for answer in self.playlists.values())

    @property
    def is_served(self) -> bool:
        """Whether Spotify gave the contents of any playlist."""
        return any(is_served(answer) for answer in self.playlists.values())


def is_served(answer: Playlist | SpotifyError) -> bool:
    """Whether an answer has the contents of its playlist."""
    return isinstance(answer, Playlist) and (answer.items or answer.tracks) is not None


async def ask(
    reader: Reader,
    playlists: Iterable[PlaylistId],
    *,
    authorized_on: date | None,
    today: date,
    progress: Callable[[], None] = lambda: None,
) -> Answers:
    """Spotify's answers for the account, and then for each playlist unless nothing can be read.

    `progress` is called after each playlist.
    """
    asking = _Asking(reader, progress)
    await asking.account()
    if not isinstance(asking.error, RunEnds | Transient):
        await asyncio.gather(*map(asking.playlist, playlists))
    client = reader.client
    return Answers(
        for_user=client.tokens.for_user,
        has_token=asking.has_token,
        user=asking.user,
        authorized_on=authorized_on,
        today=today,
        missing_scopes=client.tokens.missing_scopes,
        writing_scopes=client.tokens.writing_scopes,
        has_other_token=client.tokens.was_replaced,
        restricted=asking.seems_restricted if reader.restricted is None else reader.restricted,
        was_slowed=client.was_slowed,
        error=client.ended or asking.error,
        playlists=asking.answers,
        left_out=asking.left_out,
        requests=client.requests,
    )


class _Asking:
    """The answers so far."""

    def __init__(self, reader: Reader, progress: Callable[[], None]) -> None:
        self._reader = reader
        self._progress = progress
        self.has_token = False
        self.user = ""
        self.seems_restricted: bool | None = None
        self.error: SpotifyError | None = None
        self.answers: dict[PlaylistId, Playlist | SpotifyError] = {}
        self.left_out = 0

    async def account(self) -> None:
        """Gets a token, and asks for the user and the playlists of the user's library."""
        try:
            await self._reader.client.tokens.token()
            self.has_token = True
            if self._reader.client.tokens.for_user:
                await self._look_at_the_user()
        except SpotifyError as error:
            self.error = error

    async def _look_at_the_user(self) -> None:
        user = await self._reader.client.get("/me", User)
        self.user = user.display_name or user.id
        library = await self._reader.library()
        if library:
            self.seems_restricted = not any(row.tracks for row in library.values())

    async def playlist(self, playlist_id: PlaylistId) -> None:
        """Asks for one playlist, and keeps the answer."""
        try:
            self.answers[playlist_id] = await self._reader.glance(playlist_id)
        except RunEnds:
            self.left_out += 1
        except SpotifyError as error:
            self.answers[playlist_id] = error
        self._progress()
