"""The command line: parses, calls, prints, returns an exit code. No logic."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from . import report
from .git import Git, GitError
from .layout import PlaylistId, registry_entry
from .outcome import ExitCode, Kind, Outcome, Result
from .pages import render as render_pages
from .registry import Registry, check_alias, check_entries, parse_reference, read_registry
from .run import Job, archive, site
from .run import commit as commit_run
from .settings import Settings, SettingsError, read_settings
from .store import Store, StoreError

app = typer.Typer(
    name="playlist-archive",
    help="Keeps every version of Spotify playlists in git.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
out = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, markup=False, highlight=False, emoji=False, soft_wrap=True)

Root = Annotated[
    Path, typer.Option("--root", exists=True, file_okay=False, help="The folder that holds registry/ and playlists/.")
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code (design.md, "Commands")."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        if error.format_message():  # empty where a command was left out, and help was printed
            err.print(f"error: {error.format_message()} (--help tells more)")
        return ExitCode.USAGE
    except (typer.Abort, KeyboardInterrupt):
        err.print("interrupted: every file is whole, the next run goes on from here")
        return ExitCode.INTERRUPTED
    except SettingsError as error:
        err.print(f"error: {error}")
        return ExitCode.USAGE
    except (StoreError, GitError) as error:
        err.print(f"error: {error}")
        return ExitCode.PARTIAL
    return code if isinstance(code, int) else ExitCode.DONE


@app.command()
def update(
    *,
    root: Root = Path(),
    only: Annotated[list[str] | None, typer.Option(help="Only these playlists of the registry; repeat it.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read every playlist whole, changed or not.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, say what would be written.")] = False,
    commit: Annotated[bool, typer.Option("--commit", help="Commit what changed.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push the commit; implies --commit.")] = False,
    max_requests: Annotated[int | None, typer.Option(min=0, help="The most requests, 0 for no limit.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="A line for unchanged playlists too.")] = False,
) -> int:
    """Archive every playlist of the registry as it is today."""
    settings = read_settings()
    settings.credentials()
    registry = read_registry(root)
    job = Job(
        root=root,
        registry=registry,
        only=_chosen(only, registry),
        full=full,
        dry_run=dry_run,
        commit=commit,
        push=push,
        max_requests=max_requests,
    )
    for problem in registry.problems:
        err.print(report.problem_line(problem))
    with _Progress(len(job.playlists), verbose=verbose) as progress:
        result = archive(settings, job, progress=progress)
    _tell(result, settings, dry_run=dry_run)
    commit_run(settings, job, result)
    return result.exit_code


@app.command()
def render(*, root: Root = Path()) -> int:
    """Write every page again from the records, without the network."""
    settings = read_settings()
    store = Store(root)
    problems = render_pages(store, site(settings, Git(root)), read_registry(root))
    for problem in problems:
        err.print(f"error: {problem}")
    out.print(f"{len(store.written)} files written")
    return ExitCode.PARTIAL if problems else ExitCode.DONE


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Entries to check; all of registry/ when left out.")
    ] = None,
    *,
    root: Root = Path(),
) -> int:
    """Check that the entries of the registry are well-formed."""
    registry = check_entries(paths, root) if paths else read_registry(root)
    github = read_settings().github_actions
    for problem in registry.problems:
        err.print(report.problem_line(problem))
    if github:
        for line in report.capped([report.problem_annotation(problem) for problem in registry.problems]):
            out.print(line)
    out.print(f"{len(registry.aliases)} good entries, {len(registry.problems)} bad")
    return ExitCode.PARTIAL if registry.problems else ExitCode.DONE


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A new folder, or that of an earlier demo.")] = Path("demo-archive"),
    *,
    days: Annotated[int, typer.Option(min=1, max=60, help="Simulated days.")] = 5,
) -> int:
    """Archive invented playlists from a simulated Spotify for some days, with commits."""
    from .demo import DemoError, run_demo  # noqa: PLC0415 - needs the extra `demo`

    try:
        run_demo(folder, days=days, tell=out.print)
    except DemoError as error:
        raise typer.BadParameter(str(error)) from error
    return ExitCode.DONE


@app.command()
def simulate(
    *,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8899,
    data: Annotated[Path | None, typer.Option(help="A folder of real playlists, or of a history.")] = None,
    plan: Annotated[Path | None, typer.Option(help="A JSON file of faults.")] = None,
    app_class: Annotated[str, typer.Option(help="extended, legacy or restricted.")] = "extended",
    day: Annotated[str | None, typer.Option(help="The simulated day, YYYY-MM-DD; today when left out.")] = None,
) -> int:
    """Serve a simulated Spotify, to try things out."""
    from .demo import run_simulator  # noqa: PLC0415 - needs the extra `demo`

    run_simulator(port=port, data=data, plan=plan, app_class=app_class, day=day, tell=out.print)
    return ExitCode.DONE


@app.command()
def register(
    playlists: Annotated[list[str], typer.Argument(help="Links, spotify:playlist: URIs, or ids.")],
    *,
    alias: Annotated[str | None, typer.Option(help="The name to show instead of Spotify's.")] = None,
    root: Root = Path(),
) -> int:
    """Add playlists to the registry."""
    if alias is not None and len(playlists) > 1:
        raise typer.BadParameter("--alias goes with one playlist")
    try:
        ids = [parse_reference(text) for text in playlists]
        line = f"{checked}\n" if (checked := check_alias(alias or "")) else ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    store = Store(root)
    for playlist in ids:
        path = registry_entry(playlist)
        if (root / path).exists() and alias is None:
            out.print(f"{playlist} is registered already")
            continue
        store.write(path, line)
        out.print(f"registered {playlist}: {path}")
    store.finish()
    return ExitCode.DONE


class _Progress:
    """A bar on a terminal, plain lines elsewhere; a line for each playlist that is not merely unchanged."""

    def __init__(self, total: int, *, verbose: bool) -> None:
        self._verbose = verbose
        columns = (TextColumn("archiving"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=out, transient=True, disable=not out.is_terminal)
        self._task = self._bar.add_task("archiving", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, outcome: Outcome) -> None:
        """Tells of one playlist that is done."""
        self._bar.advance(self._task)
        if self._verbose or outcome.kind != Kind.UNCHANGED:
            out.print(report.console_line(outcome))


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


def _tell(result: Result, settings: Settings, *, dry_run: bool) -> None:
    if dry_run:
        for path in result.written:
            out.print(f"would write {path}")
    for line in report.console_totals(result):
        out.print(line)
    if settings.github_actions:
        for line in report.annotations(result):
            out.print(line)
    if settings.github_step_summary:
        with Path(settings.github_step_summary).open("a", encoding="utf-8") as file:
            file.write(report.summary(result, result.day))
