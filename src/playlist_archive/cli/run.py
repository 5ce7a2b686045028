"""`update` and `render`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .. import report
from ..git import Git, GitError
from ..layout import PlaylistId
from ..outcome import ExitCode, Result, result_text
from ..pages import render as render_pages
from ..registry import Registry, parse_reference, read_registry
from ..render.page import Site
from ..run import Job, archive, new_entries, site
from ..run import commit as commit_run
from ..settings import Settings, read_settings
from ..store import Store
from .screen import PlaylistProgress, Root, err, out


def update(
    *,
    root: Root = Path(),
    only: Annotated[
        list[str] | None,
        typer.Option(envvar="ARCHIVE_ONLY", help="Only these playlists of the registry; repeat it for more."),
    ] = None,
    new: Annotated[
        bool,
        typer.Option("--new", envvar="ARCHIVE_NEW", help="Only entries that are not archived as they stand."),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", envvar="ARCHIVE_FULL", help="Read every playlist whole, changed or not.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, say what would be written.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit what changed.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push the commit; implies --commit.")] = False,
    max_requests: Annotated[int | None, typer.Option(min=0, help="The most requests, 0 for no limit.")] = None,
    result_file: Annotated[
        Path | None, typer.Option("--result", dir_okay=False, help="Write what became of each playlist there, as JSON.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="A line for unchanged playlists too.")] = False,
) -> int:
    """Archive every playlist of the registry as it is today."""
    settings = read_settings()
    settings.credentials()
    registry = read_registry(root)
    chosen = _chosen(only, registry)
    job = Job(
        root=root,
        registry=registry,
        only=new_entries(root, registry, among=chosen) if new else chosen,
        full=full,
        dry_run=dry_run,
        commit=commit,
        push=push,
        max_requests=max_requests,
    )
    for problem in registry.problems:
        err.print(report.problem_line(problem))
    if not registry.aliases:
        err.print("no playlist is registered: add one with `playlist-archive register LINK`")
    with PlaylistProgress(len(job.playlists), verbose=verbose) as progress:
        result = archive(settings, job, progress=progress)
    try:
        commit_run(settings, job, result)
    except GitError as error:
        result = result.with_trouble(f"what was archived is not committed and pushed: {error}")
    if dry_run:
        for path in result.written:
            out.print(f"would write {path}")
    _tell(result, settings, site(settings, Git(root)), result_file)
    return result.exit_code


def render(*, root: Root = Path()) -> int:
    """Write every page again from the records, without the network."""
    settings = read_settings()
    store = Store(root)
    with store.locked():
        problems = render_pages(store, site(settings, Git(root)), read_registry(root))
        store.finish()
    for problem in problems:
        err.print(f"error: {problem}")
    out.print(f"{len(store.written)} files written")
    return ExitCode.PARTIAL if problems else ExitCode.DONE


def _chosen(only: Sequence[str] | None, registry: Registry) -> frozenset[PlaylistId] | None:
    """The playlists of `--only`, which must be in the registry."""
    try:
        chosen = frozenset(map(parse_reference, only or ()))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    for playlist in chosen - registry.aliases.keys():
        msg = f"{playlist} is not in the registry: add it with `playlist-archive register {playlist}`"
        raise typer.BadParameter(msg)
    return chosen or None


def _tell(result: Result, settings: Settings, where: Site, result_file: Path | None) -> None:
    for line in report.console_totals(result):
        out.print(line)
    if settings.github_actions:
        for line in report.annotations(result):
            out.print(line)
    if settings.github_step_summary:
        summary = report.summary(result, result.day, where, server=settings.github_server_url)
        _append(Path(settings.github_step_summary), summary)
    if result_file:
        _append(result_file, result_text(result))


def _append(path: Path, text: str) -> None:
    """What is told on the side never costs the run."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        err.print(f"error: {path} cannot be written ({error.strerror})")
