"""Carries out a plan: makes the playlist, adds the songs, reads the playlist back and compares."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import httpx

from ..connect import opened
from ..settings import Settings, SettingsError
from ..spotify.errors import Inconsistent, SpotifyError
from ..spotify.writer import MOST_URIS, SETTLING_SECONDS, Draft, SongsRefused, Writer
from .journal import Journal, Restoration
from .plan import REFUSED, LeftOut, Plan, Song

LINK = "https://open.spotify.com/playlist/"

Progress = Callable[[int], None]
"""Called with the number of songs added since the last call."""


class Restored(NamedTuple):
    """The outcome of a restore.

    `playlist` is the id of the new playlist, None if no playlist was made. `missing` are planned songs that it lacks,
    `unexpected` are songs that were not planned. `in_order` is False if all songs are there in another order. `problem`
    and `remedy` explain an early end. Both are empty after success.
    """

    name: str
    playlist: str | None
    added: int
    left_out: tuple[LeftOut, ...]
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    in_order: bool = True
    public: bool = False
    problem: str = ""
    remedy: str = ""

    @property
    def link(self) -> str:
        """The address of the new playlist, empty without a playlist."""
        return f"{LINK}{self.playlist}" if self.playlist else ""

    @property
    def is_as_planned(self) -> bool:
        """Whether the playlist has every song of the plan, once and in its place."""
        return not (self.problem or self.left_out or self.missing or self.unexpected) and self.in_order


def restore(
    settings: Settings,
    restoration: Restoration,
    journal: Journal,
    *,
    progress: Progress = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Restored:
    """Makes the playlist of a restoration, or continues it. `transport` replaces the network in tests.

    Raises:
        SettingsError: the credentials or the token that may write are not set.
        JournalError: the progress cannot be written.
    """
    return asyncio.run(restore_inside(settings, restoration, journal, progress=progress, transport=transport))


async def restore_inside(
    settings: Settings,
    restoration: Restoration,
    journal: Journal,
    *,
    progress: Progress = lambda _: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Restored:
    """`restore` inside an event loop."""
    limit = settings.spotify_max_requests or 0  # the daily limit of a restricted app does not apply here
    async with opened(_as_writer(settings), max_requests=limit, transport=transport) as reader:
        return await _Restoring(Writer(reader.client), restoration, journal, progress).run()


def _as_writer(settings: Settings) -> Settings:
    """The settings with the writing token in place of the reading token."""
    if settings.spotify_restore_token is None:
        message = "SPOTIFY_RESTORE_TOKEN is not set, and the archive's own token cannot write"
        raise SettingsError(message, "run `playlist-archive login --restore`")
    return settings.model_copy(update={"spotify_refresh_token": settings.spotify_restore_token})


class _Restoring:
    """One restore. The journal records the new playlist before a song is added, and each refusal."""

    def __init__(self, writer: Writer, restoration: Restoration, journal: Journal, progress: Progress) -> None:
        self._writer = writer
        self._restoration = restoration
        self._journal = journal
        self._progress = progress
        self._added = 0

    async def run(self) -> Restored:
        try:
            await self._writer.check()
            playlist = await self._resumed()
            place = await self._begun(playlist) if playlist else 0
            playlist = playlist or await self._made()
            await self._fill(playlist, place)
            restored = await self._compared(playlist)
        except SpotifyError as error:
            return self._told()._replace(problem=error.message, remedy=error.remedy)
        self._journal.end()
        return restored

    async def _resumed(self) -> str | None:
        """The playlist of a restore that was cut off, perhaps before the journal knew its id; else None."""
        if self._journal.read() != self._restoration:
            return None
        await _settled()
        return self._restoration.playlist or await self._writer.find(self._restoration.mark)

    async def _made(self) -> str:
        """A new playlist. The journal names it before it exists."""
        restoration = self._restoration
        self._journal.write(restoration)
        playlist = await self._writer.make(Draft(restoration.name, restoration.description, restoration.mark))
        self._keep(playlist=playlist)
        return playlist

    async def _begun(self, playlist: str) -> int:
        """The number of finished songs of the plan, including refused songs.

        Raises:
            Inconsistent: somebody else changed the playlist meanwhile.
        """
        there = await self._writer.uris(playlist)
        place = 0
        for uri in there:
            place = self._after(uri, place)
        self._added = len(there)
        self._keep(playlist=playlist)
        self._progress(place)
        return place

    def _after(self, uri: str, place: int) -> int:
        songs = self._restoration.songs
        while place < len(songs) and songs[place].uri in self._restoration.refused:
            place += 1
        if place == len(songs) or songs[place].uri != uri:
            message = "the playlist was changed since the restore was cut off"
            raise Inconsistent(message, "begin anew without --resume")
        return place + 1

    async def _fill(self, playlist: str, place: int) -> None:
        """Adds the songs of the plan from a position on."""
        songs = self._restoration.songs
        for start in range(place, len(songs), MOST_URIS):
            await self._add(playlist, songs[start : start + MOST_URIS])

    async def _add(self, playlist: str, songs: Sequence[Song]) -> None:
        """Adds songs. If Spotify refuses them together, adds each half separately, down to single songs."""
        uris = [song.uri for song in songs if song.uri not in self._restoration.refused]
        if not uris:
            self._progress(len(songs))
            return
        try:
            await self._writer.append(playlist, uris, behind=self._added)
        except SongsRefused:
            if len(uris) > 1:
                half = len(songs) // 2
                await self._add(playlist, songs[:half])
                await self._add(playlist, songs[half:])
                return
            self._keep(refused=self._restoration.refused | set(uris))
        else:
            self._added += len(uris)
        self._progress(len(songs))

    async def _compared(self, playlist: str) -> Restored:
        """The comparison of the new playlist with the plan."""
        await _settled()
        there = await self._writer.uris(playlist)
        planned = [song.uri for song in self._restoration.expected]
        missing, unexpected = Counter(planned) - Counter(there), Counter(there) - Counter(planned)
        in_order = bool(missing or unexpected) or list(there) == planned
        is_public = await self._writer.is_public(playlist)
        return self._told()._replace(
            missing=tuple(missing.elements()),
            unexpected=tuple(unexpected.elements()),
            in_order=in_order,
            public=is_public,
        )

    def _told(self) -> Restored:
        restoration = self._restoration
        refused = (LeftOut(*song, REFUSED) for song in restoration.songs if song.uri in restoration.refused)
        return Restored(restoration.name, restoration.playlist, self._added, (*restoration.left_out, *refused))

    def _keep(self, **known: object) -> None:
        self._restoration = self._restoration.model_copy(update=known)
        self._journal.write(self._restoration)


async def _settled() -> None:
    """Waits until reads show the songs written so far."""
    await asyncio.sleep(SETTLING_SECONDS[0])


def plan_as_json(plan: Plan) -> str:
    """The plan of a restore, for machines."""
    told = {"name": plan.name, "songs": [song._asdict() for song in plan.songs]}
    return json.dumps({**told, "left_out": [song._asdict() for song in plan.left_out]}, ensure_ascii=False, indent=1)


def as_json(restored: Restored) -> str:
    """The outcome of a restore, for machines."""
    left_out = [song._asdict() for song in restored.left_out]
    return json.dumps({**restored._asdict(), "link": restored.link, "left_out": left_out}, ensure_ascii=False, indent=1)
