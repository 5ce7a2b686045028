"""Faults on request: which requests they hit, and how (docs/spotify.md, section 5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from .limits import quota_exceeded
from .messages import Answer


class Endpoint(StrEnum):
    """The endpoint of a request."""

    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    AUTHORIZE = "authorize"
    OEMBED = "oembed"
    ME = "me"
    LIBRARY = "library"
    PLAYLIST = "playlist"
    ITEMS = "items"
    TRACKS = "tracks"
    OTHER = "other"


API_ENDPOINTS: Final = frozenset(Endpoint) - {Endpoint.TOKEN, Endpoint.AUTHORIZE, Endpoint.OEMBED}
"""The endpoints of the Web API itself."""


class Kind(StrEnum):
    """The kind of fault."""

    STATUS = "status"
    DELAY = "delay"
    DROP = "drop"
    TRUNCATED = "truncated"
    WRONG_LENGTH = "wrong-length"
    HTML = "html"
    EMPTY = "empty"
    NULL = "null"
    EMPTY_OBJECT = "empty-object"
    STALE_SNAPSHOT = "stale-snapshot"
    STALE = "stale"
    CHANGED = "changed-between-pages"
    QUOTA = "quota"


LASTING: Final = frozenset({Kind.CHANGED, Kind.QUOTA})
"""The kinds that last once they began, unless `times` is set."""

_HTML: Final = "<html><head><title>Please wait</title></head><body>This page is no playlist.</body></html>"
_QUOTA_HOURS: Final = 14

Seconds = Annotated[float, Field(ge=0)]
Number = Annotated[int, Field(ge=0)]


class Fault(BaseModel):
    """One fault. It hits requests that match all given values of `endpoint`, `playlist`, `method`, `offset` and `day`.

    The first `skip` matching requests pass. Then the fault hits `times` requests; None means all further requests.
    Without `times`, it hits one request; a kind in `LASTING` hits all. Without `endpoint`, it hits the Web API, not the
    accounts service. `status`, `body` and `headers` belong to the kind `status`, `seconds` to the kind `delay`. If the
    fault hits `before`, the request is not carried out and changes nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    endpoint: Endpoint | None = None
    playlist: str | None = None
    method: str | None = None
    before: bool = False
    offset: Number | None = None
    day: date | None = None
    skip: Number = 0
    times: Number | None = 1
    status: Annotated[int, Field(ge=100, le=599)] = HTTPStatus.INTERNAL_SERVER_ERROR
    body: str = ""
    headers: Mapping[str, str] = Field(default_factory=dict)
    seconds: Seconds = 0

    def matches(self, endpoint: Endpoint, *, playlist: str | None, offset: int, day: date, method: str = "GET") -> bool:
        """Whether the fault applies to such a request."""
        return (
            (endpoint == self.endpoint if self.endpoint else endpoint in API_ENDPOINTS)
            and self.playlist in (None, playlist)
            and self.method in (None, method)
            and self.offset in (None, offset)
            and self.day in (None, day)
        )

    def hits(self, number: int) -> bool:
        """Whether the fault hits its matching request of this number, counted from 0."""
        lasting = self.kind in LASTING and "times" not in self.model_fields_set
        last = None if lasting or self.times is None else self.skip + self.times
        return number >= self.skip and (last is None or number < last)

    def spoil(self, answer: Answer) -> Answer:
        """The answer after the fault. A kind that changes the playlist leaves the answer as it is."""
        match self.kind:
            case Kind.DELAY:
                return replace(answer, delay=answer.delay + self.seconds)
            case Kind.DROP:
                return replace(answer, dropped=True)
            case Kind.TRUNCATED:
                return replace(answer, body=answer.body[: len(answer.body) // 2])
            case Kind.WRONG_LENGTH:
                return replace(answer, missing=len(answer.body) + 1)
            case Kind.STATUS:
                return Answer(self.status, self.body.encode(), self._headers(), delay=answer.delay)
            case _:
                return self._replaced(answer)

    def _headers(self) -> dict[str, str]:
        is_json = self.body.startswith(("{", "["))
        kind = "application/json" if is_json else "text/html" if self.body.startswith("<") else "text/plain"
        return {"content-type": kind} | {name.lower(): value for name, value in self.headers.items()}

    def _replaced(self, answer: Answer) -> Answer:
        if self.kind == Kind.QUOTA:
            return replace(quota_exceeded(_QUOTA_HOURS * 60 * 60), delay=answer.delay)
        bodies = {Kind.HTML: _HTML, Kind.EMPTY: "", Kind.NULL: "null", Kind.EMPTY_OBJECT: "{}"}
        if self.kind not in bodies:
            return answer
        kind = "text/html" if self.kind == Kind.HTML else "application/json"
        return Answer(HTTPStatus.OK, bodies[self.kind].encode(), {"content-type": kind}, delay=answer.delay)


class PlanError(Exception):
    """The file is no plan. The message is one sentence with the reason."""


class Plan(RootModel[tuple[Fault, ...]]):
    """All faults of a simulation, in the order in which they apply. In JSON, the plan is a list of objects."""

    model_config = ConfigDict(frozen=True)

    root: tuple[Fault, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """The plan in a JSON file.

        Raises:
            PlanError: the file cannot be read, is no JSON, or names an unknown fault.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise PlanError(f"the plan {path} cannot be read: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise PlanError(f"the plan {path} is not one: {where and f'{where}: '}{first['msg']}") from None


class Faults:
    """A plan in use. `matched` and `hit` count the requests that each fault matched and hit."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.matched = [0] * len(plan.root)
        self.hit = [0] * len(plan.root)

    def strike(
        self, endpoint: Endpoint, *, playlist: str | None, offset: int, day: date, method: str = "GET"
    ) -> tuple[Fault, ...]:
        """The faults that hit this request. The request is counted."""
        struck = []
        for place, fault in enumerate(self.plan.root):
            if not fault.matches(endpoint, playlist=playlist, offset=offset, day=day, method=method):
                continue
            if fault.hits(self.matched[place]):
                self.hit[place] += 1
                struck.append(fault)
            self.matched[place] += 1
        return tuple(struck)
