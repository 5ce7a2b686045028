"""The command `update`: a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console

from ..archive.ids import PlaylistId, parse_reference
from ..archive.registry import Registry
from ..doctor import ahead
from ..exit_code import ExitCode
from ..git.repository import Git
from ..init.example import own_registry
from ..outcome import Kind, Outcome, Result
from ..report import annotations, summary
from ..report import console as lines
from ..report.result_file import result_text
from ..run.linked import linked_repository
from ..run.shards import Shard, read_result
from ..run.start import Job, archive, new_entries
from ..settings import Settings, read_settings
from .screen import Bar, Root, err, out, write_aside


def update(
    *,
    root: Root = Path(),
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            envvar="ARCHIVE_ONLY",
            help="Archive only this playlist of the registry. Repeat the option for more.",
        ),
    ] = None,
    new: Annotated[
        bool,
        typer.Option("--new", envvar="ARCHIVE_NEW", help="Archive only entries that are new or whose name changed."),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", envvar="ARCHIVE_FULL", help="Read every playlist completely, changed or not.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit the changes.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push the commit; implies --commit.")] = False,
    believe: Annotated[
        bool,
        typer.Option(
            "--believe", envvar="ARCHIVE_BELIEVE", help="Archive what Spotify says today, even if it looks wrong."
        ),
    ] = False,
    max_requests: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Make at most N requests; 0 means no limit.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(metavar="N/M", help="Archive part N of M; skip index and likes. Needs --result."),
    ] = None,
    collect: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Combine shard results from FOLDER, after their files were copied here.",
        ),
    ] = None,
    result_file: Annotated[
        Path | None,
        typer.Option(
            "--result", metavar="FILE", dir_okay=False, help="Write the outcome of each playlist to FILE, as JSON."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print only JSON on standard output: the result.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print a line for unchanged playlists too.")] = False,
) -> int:
    """Archive all playlists of the registry."""
    settings = read_settings()
    if not collect:
        settings.credentials()
    repository = settings.github_repository or Git(root).on_github()
    registry = own_registry(root, repository, commits=(commit or push) and not dry_run)
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
        believes=believe,
        shard=_shard(shard, is_apart=bool(result_file) and not (collect or commit or push)),
        shards=_results(collect),
    )
    for problem in registry.problems:
        err.print(lines.of_problem(problem))
    console = err if as_json else out
    if settings.archive_date:
        err.print(f"this run archives as of {settings.archive_date}: unset ARCHIVE_DATE to archive what is seen today")
    with PlaylistProgress(len(job.playlists), verbose=verbose, console=console) as progress:
        result = archive(settings, job, progress=progress)
    if dry_run:
        for path in result.written:
            console.print(f"would write {path}")
    is_told = not as_json or out.hand_over(result_text(result))
    _tell(result, settings, root, console=console)
    is_kept = result_file is None or write_aside(result_file, result_text(result))
    return result.exit_code if is_told and is_kept else result.exit_code or ExitCode.PARTIAL


class PlaylistProgress:
    """A progress bar, and a line for each playlist that is not simply unchanged."""

    def __init__(self, total: int, *, verbose: bool, console: Console = out) -> None:
        self._verbose = verbose
        self._console = console
        self._bar = Bar("archiving", total, console=console)

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.__exit__()

    def __call__(self, outcome: Outcome) -> None:
        """Counts and prints a finished playlist."""
        self._bar.advance()
        if self._verbose or outcome.kind != Kind.UNCHANGED:
            self._console.print(lines.of_outcome(outcome))


def _chosen(only: Sequence[str] | None, registry: Registry) -> frozenset[PlaylistId] | None:
    """The playlists of `--only`, which must be in the registry; None without that option."""
    try:
        chosen = frozenset(map(parse_reference, only or ()))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    unread = chosen - registry.aliases.keys()
    for problem in registry.problems:
        if problem.path.rsplit("/", 1)[-1] in unread:
            raise typer.BadParameter(lines.of_problem(problem))
    for playlist_id in unread:
        msg = f"{playlist_id} is not in the registry: add it with `playlist-archive register {playlist_id}`"
        raise typer.BadParameter(msg)
    return chosen or None


def _shard(text: str | None, *, is_apart: bool) -> Shard | None:
    """The shard from a text such as `3/8`. `is_apart` says that its result is kept and nothing is committed."""
    if text is None:
        return None
    if not is_apart:
        raise typer.BadParameter("--shard needs --result, and leaves --commit and --push to --collect")
    number, slash, parts = text.partition("/")
    if not (slash and number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise typer.BadParameter(f"{text!r} is no part of a run: write the third of eight as 3/8")
    return Shard(int(number), int(parts))


def _results(folder: Path | None) -> tuple[Result, ...] | None:
    """The results of the shards. Incomplete files are left out."""
    if folder is None:
        return None
    found = map(read_result, sorted(folder.rglob("*.json")))
    return tuple(result for result in found if result)


def _tell(result: Result, settings: Settings, root: Path, *, console: Console) -> None:
    for line in lines.of_run(result):
        console.print(line)
    if settings.github_actions:
        for line in annotations.of_run(result):
            console.print(line)
    if settings.github_step_summary:
        where, ends = linked_repository(settings, Git(root)), ahead.ends(ahead.outlook(settings, root))
        page = summary.of_run(result, where, server=settings.github_server_url, ends=ends)
        write_aside(Path(settings.github_step_summary), page, append=True)
