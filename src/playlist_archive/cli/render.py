"""`render`: every page again."""

from pathlib import Path

from ..archive.registry import read_registry
from ..archive.store import Store
from ..exit_code import ExitCode
from ..git.guard import check_complete
from ..git.repository import Git
from ..run.linked import linked_repository
from ..run.pages import render as render_pages
from ..settings import read_settings
from .screen import Root, err, out


def render(*, root: Root = Path()) -> int:
    """Rewrite all pages from the records.

    Spotify is not asked.
    """
    settings = read_settings()
    git, store = Git(root), Store(root, adders=settings.archive_added_by)
    with store.locked():
        check_complete(git)
        problems = render_pages(store, linked_repository(settings, git), read_registry(root))
        store.finish()
    for problem in problems:
        err.error(problem)
    out.print(f"{len(store.written)} files written")
    return ExitCode.PARTIAL if problems else ExitCode.DONE
