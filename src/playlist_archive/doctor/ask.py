"""What Spotify lets this app do: asks for the account, and for each playlist without its songs."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from ..archive.ids import PlaylistId
from ..bot.alert import CONSENT_DAYS, WARN_DAYS
from ..settings import Settings
from ..spotify.errors import (
    CeilingReached,
    Closed,
    ConsentExpired,
    CredentialsRefused,
    NotAllowlisted,
    NotFound,
    NoToken,
    PremiumRequired,
    QuotaExceeded,
    Refused,
    RunEnds,
    ScopeMissing,
    SpotifyError,
    Transient,
)
from ..spotify.reader import Reader
from ..spotify.responses import Playlist, User
from .findings import Finding, Mark

SPOTIFYS_OWN: Final = "37i9dQZ"
"""How the ids of Spotify's own playlists begin (spotify-web-api.md, section 5, last paragraphs)."""

_LOGIN: Final = "run `playlist-archive login`, and set what it gives"
_ASK: Final = "register a playlist, and leave out --no-playlists"


class Examination:
    """Asks once, with `run`, and tells what it found, with `findings`. `progress` is called after each playlist."""

    def __init__(self, reader: Reader, settings: Settings, progress: Callable[[], None]) -> None:
        self._reader = reader
        self._client = reader.client
        self._settings = settings
        self._progress = progress
        self._for_user = reader.client.tokens.for_user
        self._user = ""
        self._seems_restricted: bool | None = None
        self._answered = False
        self._error: SpotifyError | None = None
        self._playlists: dict[PlaylistId, Finding] = {}
        self._left_out = 0

    async def run(self, playlists: Iterable[PlaylistId]) -> None:
        """Asks for the account, and then for the playlists unless nothing can be read."""
        try:
            await self._look_at_the_account()
        except SpotifyError as error:
            self._error = error
            if isinstance(error, RunEnds | Transient):
                return
        await asyncio.gather(*map(self._look_at, playlists))
        self._error = self._client.ended or self._error

    async def _look_at_the_account(self) -> None:
        await self._client.tokens.token()
        if not self._for_user:
            return
        user = await self._client.get("/me", User)
        self._user, self._answered = user.display_name or user.id, True
        library = await self._reader.library()
        if library:
            self._seems_restricted = not any(row.tracks for row in library.values())

    async def _look_at(self, playlist_id: PlaylistId) -> None:
        try:
            seen = await self._reader.glance(playlist_id)
        except RunEnds:
            self._left_out += 1
        except SpotifyError as error:
            self._playlists[playlist_id] = self._unseen(playlist_id, error)
        else:
            self._answered = True
            self._playlists[playlist_id] = self._seen(playlist_id, seen)
        self._progress()

    def _seen(self, playlist_id: PlaylistId, seen: Playlist) -> Finding:
        contents = seen.items or seen.tracks
        if contents is None:
            return self._closed(playlist_id, seen.name)
        songs = "" if contents.total is None else f", {contents.total:,} song{'' if contents.total == 1 else 's'}"
        return Finding("playlist", Mark.GOOD, f"{seen.name}: served{songs}", about=playlist_id)

    def _closed(self, playlist_id: PlaylistId, name: str) -> Finding:
        says = "its contents are closed to this app" if self._for_user else "closed to an app without a user"
        remedy = "have its owner make you a collaborator, or run this themselves" if self._for_user else _LOGIN
        return Finding("playlist", Mark.NOTE, f"{name}: {says}" if name else says, remedy, playlist_id)

    def _unseen(self, playlist_id: PlaylistId, error: SpotifyError) -> Finding:
        if isinstance(error, Closed):
            return self._closed(playlist_id, "")
        if isinstance(error, NotFound) and playlist_id.startswith(SPOTIFYS_OWN):
            says, remedy = "one of Spotify's own, which hardly any app may read", "delete its entry from the registry"
        elif isinstance(error, NotFound):
            says = "not found: deleted, made private, or mistyped"
            remedy = f"open https://open.spotify.com/playlist/{playlist_id}, and delete the entry if nothing is there"
        elif isinstance(error, Refused):
            says, remedy = "Spotify refuses it without a reason", "wait: this has passed after weeks before"
        else:
            return Finding("playlist", Mark.WRONG, str(error), "run this again later", playlist_id)
        return Finding("playlist", Mark.NOTE, says, remedy, playlist_id)

    def findings(self) -> Iterator[Finding]:
        """The account first, since all else depends on it."""
        trouble = _trouble(self._error, served=self._served) if self._error else None
        yield from self._token(trouble)
        if self._answered:
            yield from self._limits(trouble)
            yield from self._app_class()
        elif trouble is None or trouble.topic not in _TOKEN_TOPICS:
            yield trouble or Finding("access", Mark.NOTE, "not known: nothing was asked", _ASK)
        yield from self._playlists.values()
        yield from self._conclusions(stopped=trouble is not None and trouble.mark == Mark.STOPS)

    @property
    def _served(self) -> bool:
        return any(finding.mark == Mark.GOOD for finding in self._playlists.values())

    def _token(self, trouble: Finding | None) -> Iterator[Finding]:
        """What it takes to get a token, up to where that fails."""
        for topic, says in _TOKEN_TOPICS.items():
            if trouble and trouble.topic == topic:
                yield trouble
                return
            if says:
                yield Finding(topic, Mark.GOOD, says)
        yield from self._consent()

    def _consent(self) -> Iterator[Finding]:
        if not self._for_user:
            yield Finding("user", Mark.GOOD, "none: reads as the app alone, which sees public playlists")
            return
        yield Finding("user", Mark.GOOD, f"reads as {self._user}" if self._user else "reads as a user")
        yield _days_left(self._settings.spotify_authorized_on, self._settings.today())
        if writing := self._client.tokens.writing_scopes:
            says = f"the token can write to your account ({' and '.join(writing)}), which an archive never needs"
            yield Finding("scope", Mark.WRONG, says, _LOGIN)
        if self._settings.github_actions and self._settings.spotify_restore_token:
            says = "SPOTIFY_RESTORE_TOKEN is set on GitHub, where nothing may write to your account"
            yield Finding("scope", Mark.WRONG, says, "delete that secret, and use it on your own machine only")
        if missing := self._client.tokens.missing_scopes:
            says = f"the consent lacks {' and '.join(missing)}: such playlists are left out without a word"
            yield Finding("scope", Mark.NOTE, says, _LOGIN)

    def _limits(self, trouble: Finding | None) -> Iterator[Finding]:
        """What an answer proves, and what ended the asking."""
        good = {
            "Premium": "no complaint about the subscription of the app's owner",
            "allowlist": "the user may use the app" if self._for_user else "",
            "quota": "not used up",
        }
        for topic, says in good.items():
            if says and not (trouble and trouble.topic == topic):
                yield Finding(topic, Mark.GOOD, says)
        if trouble:
            yield trouble
        if self._client.was_slowed:
            remedy = "set SPOTIFY_REQUESTS_PER_SECOND lower if runs take long"
            yield Finding("rate", Mark.NOTE, "Spotify asked to slow down", remedy)
        else:
            yield Finding("rate", Mark.GOOD, "Spotify did not ask to slow down")

    def _app_class(self) -> Iterator[Finding]:
        restricted = self._seems_restricted if self._reader.restricted is None else self._reader.restricted
        if restricted is None:
            yield Finding(
                "app class", Mark.NOTE, "not known: no playlist was seen that shows it", "register a playlist"
            )
        elif not restricted:
            says = "extended or legacy: it reads every public playlist that a person made"
            yield Finding("app class", Mark.GOOD, says)
        elif self._for_user:
            says = "restricted: it reads only playlists that its user owns or collaborates on"
            yield Finding("app class", Mark.NOTE, says, "have the owner of another one make you a collaborator")
        else:
            yield Finding("app class", Mark.NOTE, "restricted: it reads no playlist without a user", _LOGIN)

    def _conclusions(self, *, stopped: bool) -> Iterator[Finding]:
        if self._left_out:
            says = f"{self._left_out:,} playlist{'' if self._left_out == 1 else 's'} not looked at"
            yield Finding("total", Mark.NOTE, says, "run this again later")
        if self._playlists and not self._served and not stopped:
            yield Finding("total", Mark.STOPS, "no playlist is served, so an update would write nothing")


_TOKEN_TOPICS: Final = {
    "network": "Spotify answers",
    "credentials": "Spotify takes SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET",
    "consent": "",
}
"""What getting a token proves; of the consent more is told."""


class _Meaning(NamedTuple):
    """What an error is about; `says` is empty where the error's own words say it best."""

    topic: str
    says: str
    remedy: str


_NETWORK: Final = _Meaning("network", "", "look at your connection, and try again later")
_MEANINGS: Final[Mapping[type[SpotifyError], _Meaning]] = {
    NoToken: _NETWORK,
    Transient: _NETWORK,
    CredentialsRefused: _Meaning(
        "credentials",
        "Spotify refuses SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET",
        "compare both with the app's page on developer.spotify.com/dashboard",
    ),
    ConsentExpired: _Meaning("consent", "it was revoked or is over, as it is after six months", _LOGIN),
    PremiumRequired: _Meaning(
        "Premium", "the owner of the app has none", "subscribe with the owner's account, and wait some hours"
    ),
    NotAllowlisted: _Meaning(
        "allowlist",
        "the user is not on it",
        "add them under User Management on developer.spotify.com/dashboard",
    ),
    ScopeMissing: _Meaning("scope", "the consent does not cover this", _LOGIN),
    QuotaExceeded: _Meaning("quota", "", "wait; lower SPOTIFY_MAX_REQUESTS if it happens again"),
    CeilingReached: _Meaning("ceiling", "", "raise SPOTIFY_MAX_REQUESTS if the app's quota allows it"),
}


def _trouble(error: SpotifyError, *, served: bool) -> Finding:
    """What ended the asking. Where something was `served` before, not all is lost."""
    meaning = next((meaning for kind, meaning in _MEANINGS.items() if isinstance(error, kind)), None)
    if meaning is None:
        return Finding("account", Mark.NOTE, str(error), "run this again later")
    worst = Mark.NOTE if isinstance(error, CeilingReached) else Mark.WRONG if served else Mark.STOPS
    says = meaning.says or str(error).removesuffix(": start the run again later")
    return Finding(meaning.topic, worst, says, meaning.remedy)


def _days_left(authorized_on: date | None, today: date) -> Finding:
    if authorized_on is None:
        says = "SPOTIFY_AUTHORIZED_ON is not set, so nobody is told in time that the consent ends"
        return Finding("consent", Mark.NOTE, says, "set it to the day of your last `playlist-archive login`")
    left = CONSENT_DAYS - (today - authorized_on).days
    if left <= 0:
        return Finding("consent", Mark.NOTE, f"of {authorized_on}, and over any day now", _LOGIN)
    says = f"of {authorized_on}, {left} day{'' if left == 1 else 's'} left"
    return Finding("consent", Mark.NOTE if left <= WARN_DAYS else Mark.GOOD, says, _LOGIN if left <= WARN_DAYS else "")
