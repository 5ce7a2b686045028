"""Small repositories, and what tests of git do to them and read from them."""

import subprocess
from datetime import date
from pathlib import Path

from playlist_archive.git.commit import changes, commit
from playlist_archive.git.push import push
from playlist_archive.git.race import Reconcile
from playlist_archive.git.repository import Git

PAGE = "playlists/plain/page"
OTHER_PAGE = "playlists/plain/other"
ENTRY = "registry/entry"
SECRET = "0123456789abcdef"

Repositories = tuple[Path, Path, Path]


def archived(root: Path, message: str = "Archive\n", *, day: date | None = None) -> bool:
    """Commits all that changed in the archive; False where nothing has."""
    git = Git(root, day=day)
    found = changes(git)
    if found:
        assert commit(git, found, message) == ""
    return bool(found)


def pushed(root: Path, reconcile: Reconcile | None = None, *, day: date | None = None) -> None:
    """Pushes without the pauses between tries."""
    push(Git(root, day=day), reconcile, sleep=lambda _: None)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def push_file_by_others(folder: Path, path: str, text: str, *options: str) -> None:
    """A commit by somebody else, pushed."""
    write(folder, path, text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", f"Write {path}")
    git(folder, "push", "--quiet", *options, "origin", "HEAD:main")


def files(folder: Path, name: str = "HEAD") -> dict[str, str]:
    paths = git(folder, "ls-tree", "-r", "--name-only", name).splitlines()
    return {path: git(folder, "show", f"{name}:{path}") for path in paths}


def subjects(folder: Path, name: str = "HEAD") -> list[str]:
    return git(folder, "log", "--format=%s", name).splitlines()
