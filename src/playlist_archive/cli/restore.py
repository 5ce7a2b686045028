"""`restore`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ..archive.ids import parse_reference
from ..exit_code import ExitCode
from ..problem import sentence
from ..restore.journal import Journal, Restoration
from ..restore.plan import Plan
from ..restore.restore import Restored, plan_as_json
from ..restore.restore import as_json as json_of
from ..restore.restore import restore as carry_out
from ..restore.source import SourceError, Wanted, prepare
from ..settings import Settings, read_settings
from ..untrusted import for_log
from .screen import Bar, Root, err, out

SHOWN = 20
"""Songs listed one by one; more are counted, and all are in `--json`."""


def restore(
    playlist: Annotated[
        str | None, typer.Argument(metavar="ID", help="The link, URI or id of an archived playlist.")
    ] = None,
    *,
    root: Root = Path(),
    at: Annotated[
        datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], metavar="DAY", help="Restore the end of this day.")
    ] = None,
    ever: Annotated[bool, typer.Option("--ever", help="Restore every song that was ever in the playlist.")] = False,
    file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", dir_okay=False, help="Restore the songs of a file: links or CSV."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="The name of the new playlist.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added; send nothing to Spotify.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Continue a restore that was interrupted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")] = False,
) -> int:
    """Make a new playlist in Spotify from the archive.

    The new playlist is private. Existing playlists are never changed.
    """
    settings = read_settings()
    wanted = _wanted(playlist, Wanted, day=at, ever=ever, file=file, name=name)
    journal = Journal(settings.state(), wanted.key)
    console = err if as_json else out
    begun = journal.read()
    if resume:
        if begun is None:
            raise typer.BadParameter("no restore of this was cut off: leave out --resume")
        return _carry_out(settings, begun, journal, as_json=as_json)
    try:
        prepared = prepare(root, wanted)
    except SourceError as error:
        raise typer.BadParameter(str(error)) from None
    console.print(f"Restores {for_log(prepared.basis)}.")
    if dry_run:
        _show(prepared.plan, as_json=as_json)
        return ExitCode.DONE
    if begun:
        err.print("A restore of this was cut off before; its playlist stays. --resume would have gone on with it.")
    return _carry_out(settings, Restoration.begin(prepared.plan), journal, as_json=as_json)


def _wanted(
    playlist: str | None,
    make: type[Wanted],
    *,
    day: datetime | None,
    ever: bool,
    file: Path | None,
    name: str | None,
) -> Wanted:
    if sum((day is not None, ever, file is not None)) > 1:
        raise typer.BadParameter("--at, --ever and --from exclude each other: choose one")
    if (playlist is None) == (file is None):
        raise typer.BadParameter("name either a playlist, or a file with --from")
    try:
        playlist_id = parse_reference(playlist) if playlist else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return make(playlist_id, day.date() if day else None, ever=ever, file=file, name=name)


def _carry_out(settings: Settings, restoration: Restoration, journal: Journal, *, as_json: bool) -> int:
    with Bar("restoring", len(restoration.songs), console=err if as_json else out) as bar:
        restored = carry_out(settings, restoration, journal, progress=bar.advance)
    if as_json:
        out.print(json_of(restored))
    else:
        _tell(restored)
    if restored.problem:
        err.error(sentence(restored.problem, restored.remedy))
        if restored.playlist:
            err.print(f"{restored.added:,} of {len(restoration.songs):,} songs are in it: go on with --resume")
            return ExitCode.PARTIAL
        return ExitCode.REFUSED
    return ExitCode.DONE if restored.is_as_planned else ExitCode.PARTIAL


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        out.print(plan_as_json(plan))
        return
    out.print(f"Would make the private playlist {for_log(plan.name)!r} of {len(plan.songs):,} songs.")
    for song in plan.songs[:SHOWN]:
        out.print(f"  {song.uri}  {for_log(song.label)}".rstrip())
    _more(len(plan.songs))
    _left_out(plan)


def _tell(restored: Restored) -> None:
    if restored.link:
        out.print(f"{restored.added:,} songs in {for_log(restored.name)!r}: {restored.link}")
    _left_out(restored)
    for uris, what in ((restored.missing, "is missing in"), (restored.unexpected, "is too much in")):
        for uri in uris[:SHOWN]:
            out.print(f"  {for_log(uri)} {what} what Spotify reads back")
        _more(len(uris))
    if not restored.in_order:
        out.print("  Spotify reads the songs back in another order")
    if restored.public:
        out.print("Spotify shows it as public, whatever was asked for: make it private in Spotify's own app")


def _left_out(found: Plan | Restored) -> None:
    if found.left_out:
        out.print(f"{len(found.left_out):,} songs cannot be added:")
    for song in found.left_out[:SHOWN]:
        out.print(f"  {for_log(song.label or song.uri)}: {song.reason}")
    _more(len(found.left_out))


def _more(count: int) -> None:
    if count > SHOWN:
        out.print(f"  and {count - SHOWN:,} more, see --json")
