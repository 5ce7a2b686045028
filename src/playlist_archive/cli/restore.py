"""The command `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from ..archive.ids import PlaylistId, parse_reference
from ..exit_code import ExitCode
from ..history.days import UNDERSTOOD, DayError, parse_day
from ..history.names import UnknownError, find_playlist
from ..problem import sentence
from ..render.text import counted
from ..restore.journal import Journal, Restoration
from ..restore.plan import Plan
from ..restore.restore import Restored, plan_as_json
from ..restore.restore import as_json as json_of
from ..restore.restore import restore as carry_out
from ..restore.source import Prepared, SourceError, Wanted, prepare
from ..settings import Settings, read_settings
from ..untrusted import for_log
from .screen import Bar, Root, err, out

SHOWN = 20
"""The most songs listed one by one. More are only counted; `--json` has them all."""


def restore(
    playlist: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="The link, URI, id or name of an archived playlist."),
    ] = None,
    *,
    root: Root = Path(),
    at: Annotated[
        str | None, typer.Option("--at", metavar="DAY", help=f"Restore the end of this day: {UNDERSTOOD}.")
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
    try:
        day = parse_day(at, today=settings.today()) if at else None
        playlist_id = _playlist(root, playlist) if playlist else None
    except (DayError, UnknownError) as error:
        raise typer.BadParameter(str(error)) from None
    wanted = Wanted(playlist_id, day, ever=ever, file=file, name=name)
    _check(wanted, resume=resume, dry_run=dry_run)
    journal = Journal(settings.state(), wanted.key)
    if dry_run:
        _show(_prepared(root, wanted, as_json=as_json).plan, as_json=as_json)
        return ExitCode.DONE
    with journal.held():
        restoration = _begun(journal, wanted) if resume else _new(journal, root, wanted, as_json=as_json)
        if resume:
            (err if as_json else out).print(f"Goes on with {for_log(restoration.name)!r}, {restoration.asked}.")
        return _carry_out(settings, restoration, journal, as_json=as_json)


def _playlist(root: Path, text: str) -> PlaylistId:
    """The playlist that the text means. A link or id need not be archived, as after a clone of another archive."""
    try:
        return parse_reference(text)
    except ValueError:
        return find_playlist(root, text)


def _check(wanted: Wanted, *, resume: bool, dry_run: bool) -> None:
    if sum((wanted.day is not None, wanted.ever, wanted.file is not None)) > 1:
        raise typer.BadParameter("--at, --ever and --from exclude each other: choose one")
    if (wanted.playlist_id is None) == (wanted.file is None):
        raise typer.BadParameter("name either a playlist, or a file with --from")
    if resume and dry_run:
        raise typer.BadParameter("--dry-run shows a restore that is to begin: leave out --resume")


def _begun(journal: Journal, wanted: Wanted) -> Restoration:
    """The interrupted restore, if it fits the arguments."""
    begun = journal.read()
    if begun is None:
        raise typer.BadParameter("no restore of this was cut off: leave out --resume")
    is_other = (wanted.day or wanted.ever) and begun.asked and begun.asked != wanted.asked
    if is_other or (wanted.name and wanted.name != begun.name):
        what = f"{for_log(begun.name)!r}, {begun.asked}"
        raise typer.BadParameter(f"what was cut off is {what}: give nothing else beside --resume, or leave it out")
    return begun


def _new(journal: Journal, root: Path, wanted: Wanted, *, as_json: bool) -> Restoration:
    begun = journal.read()
    prepared = _prepared(root, wanted, as_json=as_json)
    if begun:
        err.print("A restore of this was cut off before; its playlist stays. --resume would have gone on with it.")
    return Restoration.begin(prepared.plan, asked=wanted.asked)


def _prepared(root: Path, wanted: Wanted, *, as_json: bool) -> Prepared:
    try:
        prepared = prepare(root, wanted)
    except SourceError as error:
        raise typer.BadParameter(str(error)) from None
    (err if as_json else out).print(f"Restores {for_log(prepared.basis, longest=300)}.")
    return prepared


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
            err.print(f"{restored.added:,} of {counted(len(restoration.songs), 'song')} added: go on with --resume")
            return ExitCode.PARTIAL
        return ExitCode.REFUSED
    return ExitCode.DONE if restored.is_as_planned else ExitCode.PARTIAL


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        out.print(plan_as_json(plan))
        return
    out.print(f"Would make the private playlist {for_log(plan.name)!r} of {counted(len(plan.songs), 'song')}.")
    for song in plan.songs[:SHOWN]:
        out.print(f"  {song.uri}  {for_log(song.label)}".rstrip())
    _more(len(plan.songs))
    _left_out(plan)


def _tell(restored: Restored) -> None:
    if restored.link:
        out.print(f"{counted(restored.added, 'song')} in {for_log(restored.name)!r}: {restored.link}")
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
        out.print(f"{counted(len(found.left_out), 'song')} cannot be added:")
    for song in found.left_out[:SHOWN]:
        out.print(f"  {for_log(song.label or song.uri)}: {song.reason}")
    _more(len(found.left_out))


def _more(count: int) -> None:
    if count > SHOWN:
        out.print(f"  and {count - SHOWN:,} more, see --json")
