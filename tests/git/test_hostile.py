"""What is committed is what was written, byte for byte, whatever git was told to make of it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from playlist_archive.git.commit import changes, commit
from playlist_archive.git.repository import Git
from tests.git.repositories import git, write
from tests.thorough import every_day_some

WRITTEN: Final = {
    "playlists/data/record.json": b'{"name":"\xe6\x9d\xb1\xe4\xba\xac $Id$ $Id: old $"}\n',
    "playlists/plain/page": b"mixed\nends\r\nand\rmore\r\n",
    "playlists/pretty/page.md": "Täg: $Id$ — no end".encode(),
    "playlists/pretty/empty.md": b"",
    "playlists/cumulative/page.md": b"\xef\xbb\xbfwith a mark\n\x00and a zero\n",
    "playlists/followers/2026-11.csv": b"playlist,2026-11-02\r\n",
    "playlists/index.md": b"# All\n\n<<<<<<< ours\n=======\n>>>>>>> theirs\n",
    "playlists/index.json": b"[]\n",
}
"""Path → what a run wrote: line ends of all kinds, keywords, marks, conflicts, text of another encoding."""

Arrange = Callable[[Path], object]


def attributes(*lines: str) -> Arrange:
    """A `.gitattributes` at the top, as somebody committed it."""
    return lambda root: write(root, ".gitattributes", "".join(f"{line}\n" for line in lines))


def inner_attributes(*lines: str) -> Arrange:
    return lambda root: write(root, "playlists/.gitattributes", "".join(f"{line}\n" for line in lines))


def own_attributes(*lines: str) -> Arrange:
    return lambda root: write(root, ".git/info/attributes", "".join(f"{line}\n" for line in lines))


def ignored(path: str, *lines: str) -> Arrange:
    return lambda root: write(root, path, "".join(f"{line}\n" for line in lines))


def settings(*lines: str) -> Arrange:
    """Settings `section.name=value` of the repository."""
    return lambda root: [git(root, "config", *line.split("=", maxsplit=1)) for line in lines]


def all_of(*arranged: Arrange) -> Arrange:
    def arrange(root: Path) -> None:
        for one in arranged:
            one(root)

    return arrange


def filtered(command: str, *, key: str = "clean", required: str = "false") -> Arrange:
    driver = settings(f"filter.hostile.{key}={command}", f"filter.hostile.required={required}")
    return all_of(attributes("* filter=hostile"), driver)


def user_file(name: str) -> Arrange:
    """The file `mine` as one that the user's settings name."""
    return lambda root: git(root, "config", name, str(root / "mine"))


def hook(name: str) -> Arrange:
    def arrange(root: Path) -> None:
        write(root, f".git/hooks/{name}", "#!/bin/sh\necho hostile > playlists/plain/page\nexit 1\n")
        (root / ".git/hooks" / name).chmod(0o755)

    return arrange


def flagged(flag: str) -> Arrange:
    """A flag of the index on files that are there already."""
    return lambda root: git(root, "update-index", flag, "playlists/plain/page", "playlists/index.md")


def lock(root: Path) -> None:
    (root / ".git/index.lock").write_text("")


def removed_from_index(root: Path) -> None:
    git(root, "rm", "--quiet", "--cached", "playlists/plain/page")


def to_be_added(root: Path) -> None:
    git(root, "add", "--intent-to-add", "playlists/plain/page")


def staged(root: Path) -> None:
    """Something else was staged."""
    write(root, "playlists/plain/page", "staged\n")
    git(root, "add", "--force", "playlists/plain/page")


def without_index(root: Path) -> None:
    (root / ".git/index").unlink()


HOSTILE: Final[dict[str, Arrange]] = {
    "nothing": lambda _: None,
    "text": attributes("* text"),
    "text=auto": attributes("* text=auto"),
    "eol=crlf": attributes("* text eol=crlf"),
    "eol=lf": attributes("* text eol=lf"),
    "crlf": attributes("* crlf"),
    "crlf=input": attributes("* crlf=input"),
    "ident": attributes("* ident"),
    "ident, text, crlf": attributes("* ident text eol=crlf"),
    "binary": attributes("* binary"),
    "export-ignore": attributes("* export-ignore export-subst -diff -merge linguist-generated"),
    "UTF-16": attributes("* working-tree-encoding=UTF-16"),
    "Latin-1": attributes("*.md working-tree-encoding=ISO-8859-1"),
    "an unknown encoding": attributes("* working-tree-encoding=NO-SUCH"),
    "attributes in the folder": inner_attributes("* text eol=crlf ident"),
    "attributes of the repository": own_attributes("* text eol=crlf ident working-tree-encoding=UTF-16"),
    "attributes of the user": all_of(ignored("mine", "* text eol=crlf ident"), user_file("core.attributesFile")),
    "autocrlf": settings("core.autocrlf=true"),
    "autocrlf=input": settings("core.autocrlf=input"),
    "eol of the user": all_of(settings("core.eol=crlf"), attributes("* text")),
    "safecrlf": all_of(settings("core.autocrlf=true", "core.safecrlf=true"), attributes("* text=auto")),
    "a filter": filtered("tr a-z A-Z"),
    "a filter that fails": filtered("false", required="true"),
    "a filter that is not there": filtered("/no/such/program", required="true"),
    "a filter that hangs": filtered("sleep 600"),
    "a filter process": filtered("sleep 600", key="process", required="true"),
    "ignored by type": ignored(".gitignore", "*.json", "*.csv", "*.md"),
    "ignored all": ignored(".gitignore", "*"),
    "ignored in the folder": ignored("playlists/.gitignore", "*"),
    "ignored by the repository": ignored(".git/info/exclude", "playlists/"),
    "ignored by the user": all_of(ignored("mine", "playlists"), user_file("core.excludesFile")),
    "pre-commit": hook("pre-commit"),
    "commit-msg": hook("commit-msg"),
    "post-index-change": hook("post-index-change"),
    "reference-transaction": hook("reference-transaction"),
    "hooks elsewhere": all_of(hook("pre-commit"), settings("core.hooksPath=.git/hooks")),
    "assume-unchanged": flagged("--assume-unchanged"),
    "skip-worktree": flagged("--skip-worktree"),
    "intent to add": all_of(removed_from_index, to_be_added),
    "removed from the index": removed_from_index,
    "something else staged": staged,
    "a lock": lock,
    "no index": without_index,
    "a split index": lambda root: git(root, "update-index", "--split-index"),
    "an index of version 4": lambda root: git(root, "update-index", "--index-version=4"),
    "untracked cache": settings("core.untrackedCache=true", "feature.manyFiles=true"),
    "a monitor of files": settings("core.fsmonitor=false-program"),
    "stamps are not trusted": settings("core.trustctime=false", "core.checkStat=minimal"),
    "stamps are ignored": settings("core.ignoreStat=true"),
    "small files are large": settings("core.bigFileThreshold=1", "pack.packSizeLimit=1m", "pack.compression=0"),
    "signed": settings("commit.gpgSign=true", "gpg.program=/bin/false", "user.signingKey=nobody"),
    "another encoding of commits": settings("i18n.commitEncoding=UTF-16", "i18n.logOutputEncoding=latin1"),
    "names are not quoted": settings("core.quotePath=true", "core.precomposeUnicode=true", "core.ignoreCase=true"),
    "a template of messages": settings("commit.cleanup=strip", "commit.template=/no/such/file", "core.commentChar=A"),
    "modes": settings("core.fileMode=true", "core.sharedRepository=group", "core.symlinks=false"),
}


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose only commit has other contents at all paths, and a file of the user's own."""
    root = tmp_path_factory.mktemp("seed")
    git(root, "init", "--quiet", "--initial-branch=main")
    for path in ("notes", *WRITTEN):
        write(root, path, f"old {path}\n")
    git(root, "add", ".")
    git(root, "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "commit", "--quiet", "-m", "First")
    return root


def committed(root: Path, name: str = "HEAD") -> dict[str, bytes]:
    """Path → contents of all files of a commit or tree, as they are stored."""
    paths = git(root, "ls-tree", "-r", "--name-only", name).split("\n")
    asked = "".join(f"{name}:{path}\n" for path in paths).encode()
    done = subprocess.run(("git", "cat-file", "--batch"), cwd=root, input=asked, capture_output=True, check=True)
    answer = done.stdout
    found = {}
    for path in paths:
        head, _, answer = answer.partition(b"\n")
        size = int(head.split()[2])
        found[path], answer = answer[:size], answer[size + 1 :]
    return found


def on_disk(root: Path, *paths: str) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in paths}


@pytest.mark.parametrize("name", every_day_some(HOSTILE, one_in=9))
def test_what_is_committed_is_what_was_written(seed: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    shutil.copytree(seed, root, symlinks=True)
    HOSTILE[name](root)
    others = on_disk(root, *(path for path in (".gitattributes", ".gitignore", "notes") if (root / path).exists()))
    for number, is_told in enumerate((True, False)):  # the second time, an interrupted run has left the files
        new = {path: content + b"again\n" * number for path, content in WRITTEN.items()}
        for path, content in new.items():
            (root / path).write_bytes(content)

        found = changes(Git(root), written=new if is_told else ())
        in_the_way = commit(Git(root), found, "Archive\n")

        assert committed(root) == new | {"notes": b"old notes\n"}
        assert on_disk(root, *new, *others) == new | others
        assert ("index.lock" in in_the_way) == (name == "a lock")
        assert not changes(Git(root), written=new)
    assert git(root, "rev-list", "--count", "HEAD") == "3"
    (root / ".git/index.lock").unlink(missing_ok=True)
    assert name in ("a lock", "no index") or git(root, "diff-index", "--cached", "--name-only", "HEAD") == ""


@pytest.mark.parametrize("arranged", ["core.autocrlf", "eol=crlf"])
@pytest.mark.parametrize("is_touched", [False, True])
def test_a_clone_with_other_line_ends_is_not_rewritten(
    archive: Path, tmp_path: Path, arranged: str, *, is_touched: bool
) -> None:
    for path in WRITTEN:
        write(archive, path, f"one\ntwo {path}\n")
    if arranged == "eol=crlf":
        write(archive, ".gitattributes", "* text eol=crlf\n")
    git(archive, "add", ".")
    git(archive, "commit", "--quiet", "--message", "Lines")
    clone = tmp_path / "clone"
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "--quiet", str(archive), str(clone))
    if arranged == "core.autocrlf":
        git(clone, "config", "core.autocrlf", "true")
    if is_touched:
        for path in WRITTEN:
            os.utime(clone / path, (1, 1))
    assert (clone / "playlists/plain/page").read_bytes().count(b"\r\n") == 2

    (clone / "playlists/index.md").write_bytes(b"one\ntwo\nthree\n")
    (clone / "playlists/index.json").write_bytes(b"one\ntwo playlists/index.json\n")
    found = changes(Git(clone), written=["playlists/index.md", "playlists/index.json"])
    commit(Git(clone), found, "Archive\n")

    assert found.written == ("playlists/index.md",)
    assert git(clone, "show", "--format=", "--name-only", "HEAD") == "playlists/index.md"
    assert committed(clone)["playlists/index.md"] == b"one\ntwo\nthree\n"
    assert not changes(Git(clone))


def test_a_repository_with_longer_names_of_contents_is_the_same(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    for round_ in (b"", b"again\n"):
        for path, content in WRITTEN.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content + round_)
        commit(Git(tmp_path), changes(Git(tmp_path)), "Archive\n")
        assert committed(tmp_path) == {path: content + round_ for path, content in WRITTEN.items()}
    assert git(tmp_path, "status", "--porcelain", "--", "playlists") == ""
    git(tmp_path, "fsck", "--strict")


@pytest.mark.parametrize("name", ["text=auto", "ident", "autocrlf", "a filter", "ignored all"])
def test_what_git_would_commit_is_something_else(seed: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "root"
    shutil.copytree(seed, root, symlinks=True)
    git(root, "rm", "--quiet", "-r", "--cached", "playlists")
    HOSTILE[name](root)
    (root / "playlists/plain/page").write_bytes("one\r\ntwo $Id: x$\r\n".encode("utf-16"))
    (root / "playlists/pretty/page.md").write_bytes(b"one\r\ntwo $Id: x$\r\n")
    for path in set(WRITTEN) - {"playlists/plain/page", "playlists/pretty/page.md"}:
        (root / path).unlink()
    git(root, "add", "--all")
    stored = committed(root, git(root, "write-tree"))
    written = on_disk(root, "playlists/plain/page", "playlists/pretty/page.md")
    assert any(stored.get(path) != content for path, content in written.items())
