"""The Web API's endpoints, with their permissions and parameters (docs/spotify.md, sections 1.2 and 3)."""

import re
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

from . import bodies, fields
from .accounts import Accounts
from .bodies import AppClass, View
from .faults import Endpoint
from .library import Libraries, Listed, without_rows
from .messages import Answer, Refusal, Request, api_error, forbidden, json_answer, not_found, user_required
from .options import Options
from .songs import MARKETS, user_body
from .world import SPOTIFY, Person, World, WorldPlaylist
from .writing import Write, Writing

ITEMS_DEFAULT: Final = 20
TRACKS_DEFAULT: Final = 100
"""The rows of a page if the request has no `limit`: documented for `/items`, observed for `/tracks` (section 3.2)."""

LIBRARY_DEFAULT: Final = 20
LIBRARY_LIMIT: Final = 50
"""The most playlists per page of `/me/playlists` (section 2.10)."""

FIRST_PERMISSIVE_ONLY: Final = ("users", "tracks", "albums", "markets", "browse")
"""The endpoints that restricted apps have lost, by the first part of the path."""

SPOTIFY_ID_PREFIX: Final = "37i9dQZ"
"""The ids of Spotify's own playlists begin with this."""

_BASE62_ID: Final = re.compile(r"[0-9A-Za-z]{22}")
_LINK: Final = re.compile(r"(?:https://open\.spotify\.com/(?:[^/]+/)?playlist/|spotify:playlist:)([0-9A-Za-z]{22})")


@dataclass(frozen=True)
class Call:
    """An admitted request. `day` selects the contents, `snapshot_day` the snapshot id (faults.py)."""

    request: Request
    endpoint: Endpoint
    playlist: str | None
    for_user: bool
    day: date
    snapshot_day: date
    number: int


class Endpoints:
    """Answers admitted requests."""

    def __init__(self, world: World, options: Options, accounts: Accounts, writing: Writing) -> None:
        self._world = writing
        self._writing = writing
        self._options = options
        self._accounts = accounts
        self._libraries = Libraries(world)

    def answer(self, call: Call) -> Answer:
        """The answer to a request that reads.

        Raises:
            Refusal: an error of the API.
        """
        match call.endpoint:
            case Endpoint.PLAYLIST:
                return self._playlist(call)
            case Endpoint.ITEMS | Endpoint.TRACKS:
                return self._items(call)
            case Endpoint.ME:
                return self._me(call)
            case Endpoint.LIBRARY:
                return self._library(call, owned_by=None)
            case _:
                return self._other(call)

    def write(self, write: Write) -> Answer:
        """The answer to a request that changes something (section 8).

        Raises:
            Refusal: an error of the API.
        """
        if self._options.restricted and write.endpoint == Endpoint.TRACKS:
            raise Refusal(forbidden())
        return self._writing.answer(write)

    def oembed(self, request: Request, day: date) -> Answer:
        """The answer to `GET /oembed?url=`, which needs no token and shows only public playlists."""
        link = _LINK.match(request.query.get("url", ""))
        playlist = self._world.playlist(link[1], day) if link else None
        if playlist is None or playlist.public is False:
            return not_found()
        return json_answer(bodies.oembed_body(playlist))

    def _playlist(self, call: Call) -> Answer:
        playlist = self._found(call)
        readable = not self._options.restricted or (call.for_user and playlist.readable_by(self._options.user))
        snapshot = self._snapshot(playlist, call)
        return json_answer(bodies.playlist_body(playlist, self._view(call), snapshot=snapshot, readable=readable))

    def _items(self, call: Call) -> Answer:
        if call.endpoint == Endpoint.ITEMS and self._options.before_2026:
            return not_found()
        if self._options.restricted and call.endpoint == Endpoint.TRACKS:
            return forbidden()
        if self._options.restricted and not call.for_user:
            return user_required()
        playlist = self._found(call)
        if self._options.restricted and not playlist.readable_by(self._options.user):
            return forbidden()
        self._check_scope(playlist)
        view, query = self._view(call), call.request.query
        is_items = call.endpoint == Endpoint.ITEMS
        default, most = (ITEMS_DEFAULT, self._options.items_limit) if is_items else (TRACKS_DEFAULT, TRACKS_DEFAULT)
        limit = _number(query.get("limit"), default=default, most=most, message="Invalid limit")
        offset = _number(query.get("offset"), default=0, most=None, message="Invalid offset")
        return json_answer(bodies.items_body(playlist, view, key=call.endpoint.value, offset=offset, limit=limit))

    def _me(self, call: Call) -> Answer:
        self._check_user(call)
        return json_answer(bodies.me_body(self._person(self._options.user), restricted=self._options.restricted))

    def _library(self, call: Call, *, owned_by: str | None) -> Answer:
        """The user's library, or the public playlists of an owner."""
        query = call.request.query
        limit = _number(query.get("limit"), default=LIBRARY_DEFAULT, most=LIBRARY_LIMIT, message="Invalid limit")
        offset = _number(query.get("offset"), default=0, most=None, message="Invalid offset")
        user = owned_by or self._options.user
        if owned_by is None:
            self._check_user(call)
        written = filter(None, (self._writing.playlist(name, call.day) for name in reversed(self._writing.made)))
        everything = (*(without_rows(playlist) for playlist in written), *self._libraries.of(user, call.day))
        listed = [found for found in everything if self._lists(found.playlist, owned_by)]
        rows = [self._library_row(found, call) for found in listed[offset : offset + limit]]
        body = bodies.library_body(rows, self._view(call), user=user, offset=offset, limit=limit, total=len(listed))
        return json_answer(body)

    def _lists(self, playlist: WorldPlaylist, owned_by: str | None) -> bool:
        """Whether a library lists the playlist.

        Without their scope, the user's private playlists are missing (2.10).
        """
        if owned_by is not None:
            return playlist.owner.id == owned_by and playlist.public is not False
        is_private, scope = playlist.public is False, self._accounts.scope
        return (not is_private or "playlist-read-private" in scope) and (
            not playlist.collaborative or "playlist-read-collaborative" in scope
        )

    def _library_row(self, found: Listed, call: Call) -> Listed | None:
        if self._is_hidden(found.playlist):
            return None
        if found.snapshot is not None and call.snapshot_day == call.day:
            return found
        whole = self._world.playlist(found.playlist.id, call.day)
        return found._replace(snapshot=self._snapshot(whole, call)) if whole else None

    def _other(self, call: Call) -> Answer:
        """The answer of endpoints that restricted apps have lost.

        For other apps, only the endpoints of users are simulated.
        """
        parts = call.request.path.removeprefix("/v1/").strip("/").split("/")
        if parts[0] in FIRST_PERMISSIVE_ONLY and self._options.restricted:
            return forbidden()
        if parts[0] == "markets":
            return json_answer({"markets": list(MARKETS)})
        match parts:
            case ["users", user]:
                return json_answer(user_body(self._person(user), with_name=True) | {"images": []})
            case ["users", user, "playlists"]:
                return self._library(call, owned_by=user)
        return api_error(HTTPStatus.NOT_FOUND, "Service not found")

    def _found(self, call: Call) -> WorldPlaylist:
        name = call.playlist or ""
        if not _BASE62_ID.fullmatch(name):
            raise Refusal(api_error(HTTPStatus.BAD_REQUEST, "Invalid base62 id"))
        playlist = self._world.playlist(name, call.day)
        if playlist is None or self._is_hidden(playlist) or (playlist.public is False and not call.for_user):
            raise Refusal(not_found())
        return playlist

    def _is_hidden(self, playlist: WorldPlaylist) -> bool:
        """Whether the playlist is Spotify's own, which only extended apps can see (section 1.2)."""
        own = playlist.owner.id == SPOTIFY or playlist.id.startswith(SPOTIFY_ID_PREFIX)
        return own and self._options.app_class != AppClass.EXTENDED

    def _snapshot(self, playlist: WorldPlaylist, call: Call) -> str:
        if call.snapshot_day != call.day:
            playlist = self._world.playlist(playlist.id, call.snapshot_day) or playlist
        return playlist.snapshot(request=call.number)

    def _view(self, call: Call) -> View:
        query = call.request.query
        try:
            chosen = fields.parse(query.get("fields", ""))
        except fields.BadFields:
            raise Refusal(api_error(HTTPStatus.BAD_REQUEST, "Invalid fields")) from None
        language = call.request.headers.get("accept-language", "")
        return View(
            dialect=self._options.dialect,
            origin=call.request.origin,
            dressed="episode" not in query.get("additional_types", "track").split(","),
            fields=chosen,
            locale="" if language == "*" else language.partition(",")[0],
            followers=self._options.followers_given,
            embedded=self._options.embedded_limit,
        )

    def _check_user(self, call: Call) -> None:
        if not call.for_user:
            raise Refusal(user_required())

    def _check_scope(self, playlist: WorldPlaylist) -> None:
        if playlist.public is False and "playlist-read-private" not in self._accounts.scope:
            raise Refusal(api_error(HTTPStatus.FORBIDDEN, "Insufficient client scope"))

    def _person(self, user: str) -> Person:
        return Person(user, user.title())


def _number(text: str | None, *, default: int, most: int | None, message: str) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or (most is not None and int(text) > most):
        raise Refusal(api_error(HTTPStatus.BAD_REQUEST, message))
    return int(text)
