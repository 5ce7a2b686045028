"""The command `import`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from ..archive.ids import PlaylistId, parse_reference
from ..archive.registry import Registry, read_registry
from ..archive.store import RecordError
from ..exit_code import ExitCode
from ..git.repository import Git
from ..history.days import UNDERSTOOD, DayError, parse_day
from ..importer.adopt import Choice, Import, read_import
from ..importer.exports import read_exports
from ..importer.keep import keep
from ..importer.source import SourceError
from ..render.text import counted
from ..report.words import LONGEST_REASON
from ..run.commit import index_is_behind
from ..run.linked import linked_repository
from ..settings import Settings, read_settings
from ..untrusted import for_log
from .screen import Bar, Root, err, out

SHOWN = 20
"""The most faults listed one by one; more are only counted."""


def import_(
    repository: Annotated[
        str | None,
        typer.Argument(
            metavar="ARCHIVE", help="The old archive: the folder of its git repository, a bundle, or a URL."
        ),
    ] = None,
    playlists: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Playlists to import and register; those of registry/ by default."),
    ] = None,
    *,
    root: Root = Path(),
    every: Annotated[bool, typer.Option("--all", help="Import all playlists of the old archive.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Make one commit per old day, dated as that day.")] = False,
    exports: Annotated[
        Path | None,
        typer.Option(
            "--from-exports",
            metavar="PLACE",
            exists=True,
            help="Import exported playlists instead: a file, or a folder of them.",
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="DAY", help=f"The day on which the files were exported: {UNDERSTOOD}."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be imported; write nothing.")] = False,
) -> int:
    """Import an old archive, or exported files."""
    settings, registry = read_settings(), read_registry(root)
    choice = Choice(_named(playlists), every)
    try:
        if exports and not repository:
            when = parse_day(day, today=settings.today()) if day else None
            found = read_exports(root, exports, when, registry, choice)
        elif repository and not (exports or day):
            with Bar("reading", 0) as bar:
                found = read_import(root, repository, registry, choice, today=settings.today(), progress=bar.advance)
        else:
            raise typer.BadParameter("name either an old archive, or a file or folder with --from-exports")
    except (SourceError, RecordError, DayError) as error:
        raise typer.BadParameter(str(error)) from None
    _tell(found)
    if dry_run:
        out.print("Nothing was written.")
        return _code(found)
    return _write(root, found, registry, settings, with_history=replay)


def _write(root: Path, found: Import, registry: Registry, settings: Settings, *, with_history: bool) -> int:
    """Writes the import, and prints what was written."""
    with Bar("writing", found.versions if with_history else 0) as bar:
        kept = keep(
            root,
            found,
            registry,
            linked_repository(settings, Git(root)),
            with_history=with_history,
            progress=bar.advance,
            commit_day=settings.archive_date,
        )
    days = f", with commits of their own for {counted(kept.replayed, 'day')}" if kept.replayed else ""
    out.print(f"{counted(kept.files, 'file')} written{', and committed' if kept.is_committed else ''}{days}")
    if warning := index_is_behind(kept.in_the_way):
        err.print(f"warning: {for_log(str(warning))}")
    if kept.problem:
        err.error(kept.problem)
        return ExitCode.PARTIAL
    return _code(found)


def _named(playlists: list[str] | None) -> tuple[PlaylistId, ...]:
    try:
        return tuple(dict.fromkeys(map(parse_reference, playlists or ())))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _code(found: Import) -> int:
    return ExitCode.PARTIAL if found.faults else ExitCode.DONE


def _tell(found: Import) -> None:
    if found.versions:
        out.print(f"Read {counted(found.versions, 'version')} of {counted(found.commits, 'commit')}.")
    for adopted in found.adopted:
        record = adopted.record
        songs = f"{counted(len(record.tracks), 'song')}, {len(record.removed):,} removed"
        days = f"{counted(adopted.days, 'day')} with changes from {adopted.first} to {adopted.last}"
        out.print(f"{'new   ' if adopted.is_new else 'joined'} {record.id}  {for_log(record.title)}: {days}, {songs}")
    for playlist_id in found.known:
        out.print(f"known  {playlist_id}  nothing of it is older than what is here")
    if likes := sum(map(len, found.likes.values())):
        out.print(f"likes of {counted(likes, 'day')}")
    for line in _faults(found):
        err.print(line)
    if found.others:
        out.print(f"also in it: {counted(found.others, 'other playlist')}; name them, or use --all")


def _faults(found: Import) -> Iterable[str]:
    for fault in found.faults[:SHOWN]:
        where = f"{fault.commit[:12]} " if fault.commit else ""
        yield f"error: {where}{for_log(fault.path)}: {for_log(str(fault.note), longest=LONGEST_REASON)}"
    if len(found.faults) > SHOWN:
        yield f"error: {len(found.faults) - SHOWN:,} more versions cannot be read"
