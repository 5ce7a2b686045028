"""What works and what does not, from the app's credentials to the last playlist, and what to do about it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from ..archive.registry import Problem, Registry
from ..connect import opened
from ..git.repository import Git
from ..init.files import WORKFLOW
from ..init.steps import next_step, reminder
from ..settings import Settings, SettingsError
from ..spotify.reader import LIBRARY_LIMIT
from .ask import Examination
from .findings import Diagnosis, Finding, Mark


def most_requests(settings: Settings, registry: Registry, *, ask_playlists: bool) -> str:
    """How many requests a diagnosis makes at most, in words; where Spotify fails, each is tried again as ever."""
    playlists = len(registry.aliases) if ask_playlists else 0
    if settings.spotify_refresh_token is None:
        return f"at most {playlists:,} requests to Spotify"
    return f"at most {1 + playlists:,} requests to Spotify, and one for every {LIBRARY_LIMIT} playlists of your library"


def examine(
    settings: Settings,
    registry: Registry,
    root: Path,
    *,
    ask_playlists: bool = True,
    progress: Callable[[], None] = lambda: None,
) -> Diagnosis:
    """Looks at the archive in `root`; `progress` is called after each playlist."""
    return asyncio.run(examine_inside(settings, registry, root, ask_playlists=ask_playlists, progress=progress))


async def examine_inside(
    settings: Settings,
    registry: Registry,
    root: Path,
    *,
    ask_playlists: bool = True,
    progress: Callable[[], None] = lambda: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Diagnosis:
    """`examine` inside an event loop; another `transport` than the network is for tests."""
    here = (*_registry(registry), *_repository(settings, root))
    try:
        settings.credentials()
    except SettingsError as error:
        says, _, remedy = str(error).partition(". ")
        return Diagnosis((Finding("credentials", Mark.STOPS, says, remedy[:1].lower() + remedy[1:]), *here), requests=0)
    async with opened(settings, transport=transport) as reader:
        examination = Examination(reader, settings, progress)
        await examination.run(registry.aliases if ask_playlists else ())
        return Diagnosis((*examination.findings(), *here), reader.client.requests)


def as_json(diagnosis: Diagnosis) -> str:
    """`{"exit_code", "requests", "findings": [{"topic", "mark", "says", "remedy", "about"}]}`, for machines."""
    findings = [finding._asdict() for finding in diagnosis.findings]
    told = {"exit_code": diagnosis.exit_code, "requests": diagnosis.requests, "findings": findings}
    return json.dumps(told, indent=1)


def _registry(registry: Registry) -> Iterator[Finding]:
    if not registry.named:
        yield Finding("entries", Mark.NOTE, "no playlist is registered", "run `playlist-archive register --mine`")
    yield from map(_bad_entry, registry.problems)


def _bad_entry(problem: Problem) -> Finding:
    says, _, remedy = problem.sentence.rpartition(": ")
    return Finding("entry", Mark.WRONG, f"bad entry: {says or problem.sentence}", remedy if says else "", problem.path)


def _repository(settings: Settings, root: Path) -> Iterator[Finding]:
    """What can be seen of GitHub from here."""
    git = Git(root)
    repository = settings.github_repository or git.repository()
    if repository:
        branch = settings.github_ref_name or git.branch() or "no branch"
        yield Finding("remote", Mark.GOOD, f"github.com/{repository}, {branch}")
    else:
        says = "not on GitHub: pages do not link to their history"
        yield Finding("remote", Mark.NOTE, says, "set the remote `origin` to a repository there, or leave it at that")
    yield _schedule(root)


def _schedule(root: Path) -> Finding:
    """Whether the workflow is on its way to GitHub; after `init`, what is to be done next."""
    if not (root / WORKFLOW).is_file():
        says = f"there is no {WORKFLOW}: nothing runs by itself"
        return Finding("schedule", Mark.NOTE, says, "run `playlist-archive init`, or run `update` daily yourself")
    if step := next_step(root):
        return Finding("schedule", Mark.NOTE, step.message, step.remedy)
    return Finding("schedule", Mark.GOOD, "; ".join(filter(None, [f"{WORKFLOW} is there", reminder(root)])))
