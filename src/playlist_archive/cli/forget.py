"""The command `forget`: undoes what one bad day wrote."""

from pathlib import Path
from typing import Annotated

import typer

from ..archive.registry import read_registry
from ..exit_code import ExitCode
from ..git.repository import Git
from ..history.days import UNDERSTOOD, DayError, parse_day
from ..history.names import UnknownError, find_playlist
from ..render.text import counted
from ..report.history import words
from ..run.forget import ForgetJob, Forgotten, NothingToForgetError
from ..run.forget import forget as forget_day
from ..run.linked import linked_repository
from ..settings import read_settings
from .screen import Root, err, out


def forget(
    day: Annotated[str, typer.Argument(metavar="DAY", help=f"The bad day: {UNDERSTOOD}.")],
    playlists: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Links, URIs, ids or names; all playlists by default."),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push the commit.")] = False,
    root: Root = Path(),
) -> int:
    """Undo what one bad day wrote.

    One commit makes the records as if no run had taken place on that day.
    """
    settings = read_settings()
    try:
        job = ForgetJob(
            root=root,
            day=parse_day(day, today=settings.today()),
            registry=read_registry(root),
            repository=linked_repository(settings, Git(root)),
            playlists=frozenset(find_playlist(root, text) for text in playlists or ()),
            dry_run=dry_run,
            push=push,
            adders=settings.archive_added_by,
            commit_day=settings.archive_date,
        )
        forgotten = forget_day(job)
    except (UnknownError, DayError, NothingToForgetError) as error:
        raise typer.BadParameter(str(error)) from error
    _tell(job, forgotten)
    return ExitCode.DONE


def _tell(job: ForgetJob, forgotten: Forgotten) -> None:
    for note in forgotten.notes:
        err.print(words(note))
    count = counted(len(forgotten.playlists), "playlist")
    if job.dry_run:
        for path in forgotten.written:
            out.print(f"would write {path}")
        out.print(f"{count} would be as if {job.day} had not been observed; the index would follow")
    else:
        done = ", committed and pushed" if job.push else ", committed: `git push` publishes it"
        out.print(f"{count} as if {job.day} had not been observed{done}")
