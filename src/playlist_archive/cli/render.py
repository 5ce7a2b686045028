"""The command `render`: writes every page again."""

from pathlib import Path
from typing import Annotated

import typer

from ..archive.registry import read_registry
from ..exit_code import ExitCode
from ..git.repository import Git
from ..run.anew import RenderJob, render_archive
from ..run.linked import linked_repository
from ..settings import read_settings
from .screen import ArchiveRoot, err, out


def render(
    *,
    root: ArchiveRoot = Path(),
    commit: Annotated[bool, typer.Option("--commit", help="Commit the pages that changed.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Push the commit; implies --commit.")] = False,
) -> int:
    """Rewrite all pages from the records.

    Spotify is not asked.
    """
    settings = read_settings()
    job = RenderJob(
        root,
        read_registry(root),
        linked_repository(settings, Git(root)),
        settings.today(),
        adders=settings.archive_added_by,
        is_committed=commit or push,
        is_pushed=push,
        commit_day=settings.archive_date,
    )
    rendered = render_archive(job)
    for problem in rendered.problems:
        err.error(problem)
    committed = ", committed: `git push` publishes it" if rendered.is_committed and not push else ""
    out.print(f"{rendered.written} files written{committed}")
    return ExitCode.PARTIAL if rendered.problems else ExitCode.DONE
