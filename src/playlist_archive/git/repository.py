"""Commits what the run wrote, and pushes it: git is the archive."""

import os
import posixpath
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from ..archive import layout
from ..untrusted import for_log

BOT: Final = {
    "GIT_AUTHOR_NAME": "github-actions[bot]",
    "GIT_AUTHOR_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "github-actions[bot]",
    "GIT_COMMITTER_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
}
"""The identity of commits by GitHub's bot (github-actions.md, section 3)."""

QUIET_DAYS: Final = 40
"""Without a commit for longer, GitHub may stop the schedule: it does after 60 days (github-actions.md, section 2)."""

PAUSES_SECONDS: Final = (0, 5, 10, 15)
"""Before each try to push again, so that five are rejected before it is given up (github-actions.md, section 4)."""

_SETTINGS: Final = {
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
    "core.excludesFile": os.devnull,  # a user's `*.csv` would leave files of the archive out
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "i18n.commitEncoding": "utf-8",
    "log.showSignature": "false",
    "merge.renames": "false",  # the archive renames nothing, but many of its files look alike
    "push.followTags": "false",
    "push.gpgSign": "false",
    "rebase.autoStash": "false",
    "rebase.backend": "merge",  # the other one drops empty commits
}
"""The user's own settings are for the user's own commits."""

_IN_ONE_PACK: Final = {"core.bigFileThreshold": "1", "core.compression": "9"}
"""Makes `git add` store all that it adds as one pack instead of a file each, as small as zlib can: `git gc` keeps these
bytes for the newest version of every file (docs/scale.md, "Bytes"). For no other command: files over the threshold
never get stored as differences.
"""

_AS_STORED: Final = {"pack.window": "0"}
"""Makes a push send what the commit stored instead of differences that it would have to search for. It sends ten times
the bytes, and a host that packs its repositories ends with fewer than otherwise (docs/scale.md, "Git").
"""

_OF_ANOTHER_REPOSITORY: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""What a hook finds in its environment, and would make git work elsewhere (`git rev-parse --local-env-vars`)."""

_UNDER_WAY: Final = {
    "MERGE_HEAD": "git merge --abort",
    "CHERRY_PICK_HEAD": "git cherry-pick --abort",
    "REVERT_HEAD": "git revert --abort",
    "rebase-merge": "git rebase --abort",
    "rebase-apply": "git rebase --abort",
    "BISECT_LOG": "git bisect reset",
}
"""What git keeps in its folder while it does more than one command's work → what ends that."""

_HIDDEN: Final = f":(exclude,glob){layout.PLAYLISTS}/**/.*"
"""Keeps out of a commit what is hidden in the archive's folders, such as an editor's or a system's own files."""

_LONGEST_ANSWER: Final = 1_000
_SHOWN_CONFLICTS: Final = 3
_NO_BRANCH: Final = "no branch is checked out, so what is committed would be lost: check one out with `git switch`"

_BRANCHES = "refs/heads/"
_ORIGIN = re.compile(
    r"(?:(?:https?|git|ssh)://(?:[^@/\s]+@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/|(?:[\w.-]+@)?github\.com:)"
    r"([\w.-]+/[\w.-]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)
_USERINFO = re.compile(r"(?<=://)\S+@")


class GitError(Exception):
    """Git refuses; the message is its own, on one line and without the secrets of a URL."""


class ConflictError(GitError):
    """Others pushed changes to the same files: theirs stand, and ours are a commit that was not pushed."""


class Race(NamedTuple):
    """Two who changed the same files: the commits where both began, and those of ours and theirs since."""

    base: str
    ours: str
    theirs: str


Reconcile = Callable[[Race], str]
"""Makes one commit of ours and theirs, on top of theirs, and returns it."""


class Git:
    """The repository that the archive lies in. `day` dates the commits of a replay; None means now.

    `sleep` waits, in seconds, before a rejected push is tried again.
    """

    def __init__(self, root: Path, *, day: date | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        self.root = root
        self._day = day
        self._sleep = sleep
        self._environment = environment() | BOT | _dates(day) | {"LC_ALL": "C"}

    def repository(self) -> str | None:
        """`owner/name` of the origin remote on GitHub, None where there is no such."""
        match = _ORIGIN.fullmatch(self._try("remote", "get-url", "origin"))
        return match[1] if match else None

    def branch(self) -> str | None:
        """The branch that is checked out; None for a commit that is on none."""
        return self._try("symbolic-ref", "--quiet", "HEAD").removeprefix(_BRANCHES) or None

    def head(self) -> str:
        """The last commit.

        Raises:
            GitError: there is none.
        """
        return self._run("rev-parse", "--verify", "HEAD")

    def tree(self) -> Mapping[str, str]:
        """Path → mode, kind and hash of every file of the last commit.

        Raises:
            GitError: there is no commit.
        """
        lines = self._run("ls-tree", "-r", "-z", "HEAD").split("\0")
        return {path: what for what, _, path in (line.partition("\t") for line in lines if line)}

    def changed(self, old: str, new: str) -> frozenset[str]:
        """The paths at which two commits differ, as seen from the archive's folder.

        Raises:
            GitError: one of them does not exist.
        """
        folder = self._run("rev-parse", "--show-prefix") or "."
        paths = self._run("diff-tree", "-r", "-z", "--name-only", old, new).split("\0")
        return frozenset(posixpath.relpath(path, folder) for path in paths if path)

    def text(self, commit: str, path: str) -> str:
        """A file of a commit, without outer blanks; empty where there is none."""
        return self._try("show", f"{commit}:./{path}")

    def messages(self, base: str, ours: str) -> str:
        """The messages of all commits since `base`, the newest first.

        Raises:
            GitError: one of them does not exist.
        """
        return self._run("log", "--format=%B", f"{base}..{ours}") + "\n"

    @contextmanager
    def beside(self, commit: str) -> Iterator["Git"]:
        """The archive of a commit, in a folder that is gone afterwards; what is committed there stays.

        Raises:
            GitError: git refuses.
        """
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, "archive")
            self._run("worktree", "add", "--quiet", "--detach", str(tree), commit)
            try:
                yield Git(tree / self._run("rev-parse", "--show-prefix"), day=self._day)
            finally:
                self._try("worktree", "remove", "--force", str(tree))

    def check(self) -> None:
        """Looks whether what a run archives can be committed to a branch, on top of all that was archived before.

        Raises:
            GitError: no branch is checked out, something else is under way, or files of the last commit are missing.
        """
        if not self._try("rev-parse", "--git-dir"):
            return  # without a repository the run is good all the same, and then tells that it is not committed
        for name, end in _UNDER_WAY.items():
            if Path(self.root, self._run("rev-parse", "--git-path", name)).exists():
                raise GitError(f"something else is under way in the repository: finish it, or end it with `{end}`")
        if conflicts := self._run("ls-files", "--unmerged", "--", layout.PLAYLISTS).splitlines():
            msg = f"{len(conflicts)} versions of files in {layout.PLAYLISTS}/ wait to be merged: see `git status`"
            raise GitError(msg)
        if not self.branch():
            raise GitError(_NO_BRANCH)
        kept = self._try("ls-tree", "-r", "-z", "--name-only", "HEAD", "--", layout.DATA, layout.FOLLOWERS).split("\0")
        missing = [path for path in kept if path and not os.path.lexists(self.root / path)]
        if missing:
            msg = f"the last commit has what is missing here, put it back with git restore: {some(missing)}"
            raise GitError(msg)

    def run(self, *arguments: str, text: str = "") -> str:
        """Git's answer to a command that reads `text`, without outer blanks.

        Raises:
            GitError: git refuses.
        """
        return self._run(*arguments, text=text)

    def commit(self, message: str, *, without: Iterable[str] = ()) -> bool:
        """Commits the archive's files but those `without`, and nothing else; False where none of them has changed.

        No `.gitignore` keeps out what the archive writes: a record would be missing on the next runner.

        Raises:
            GitError: git refuses.
        """
        left_out = (_HIDDEN, *(f":(exclude,literal){path}" for path in without))
        files = (layout.PLAYLISTS, *left_out)
        if not self._run("status", "--porcelain", "--untracked-files=all", "--ignored", "--", *files):
            return False
        self._run("add", "--all", "--", *files, more=_IN_ONE_PACK)
        if ours := [path for path in layout.WRITTEN if (self.root / path).exists()]:
            self._run("add", "--force", "--", *ours, *left_out)
        if not self._run("diff", "--cached", "--name-only", "--", *files):
            return False
        self._commit(message, "--only", "--", *files)
        return True

    def last_day(self) -> date | None:
        """The day of the last commit, in UTC; None where there is none."""
        seconds = self._try("log", "-1", "--format=%ct")
        return datetime.fromtimestamp(int(seconds), UTC).date() if seconds else None

    def commit_nothing(self, message: str) -> None:
        """An empty commit, a sign of life.

        Raises:
            GitError: git refuses.
        """
        self._commit(message, "--allow-empty", "--only")

    def push(self, reconcile: Reconcile | None = None) -> None:
        """Pushes the branch; when others were faster, puts our commits on top of theirs. Never forces.

        Where others changed the same files of the archive, `reconcile` makes a commit of both.

        Raises:
            ConflictError: ours do not fit on theirs.
            GitError: git refuses.
        """
        branch = self._branch_to_push()
        known = self._try("rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{branch}")
        for pause in PAUSES_SECONDS:
            try:
                self._push_to(branch)
            except GitError:
                self._sleep(pause)
                theirs = self._fetched(branch)
                if not theirs:
                    raise
            else:
                return
            if not self._has(theirs):
                self._put_ours_on(theirs, known or theirs, reconcile)
            known = theirs
        self._push_to(branch)

    def switch_to(self, branch: str) -> None:
        """Checks out a branch: the origin's where it has one of that name, else a new one that starts here.

        Raises:
            GitError: git refuses.
        """
        self._run("switch", "--quiet", "--force-create", branch, self._fetched(branch) or "HEAD")

    def push_file(self, path: str, *, message: str) -> bool:
        """Commits one file to the branch that is checked out, and pushes that; False where it is there already.

        Raises:
            GitError: git refuses.
        """
        branch = self._branch_to_push()
        self._run("add", "--", path)
        changed = bool(self._run("diff", "--cached", "--name-only", "--", path))
        if changed:
            self._commit(message, "--only", "--", path)
        self._push_to(branch)
        return changed

    def _branch_to_push(self) -> str:
        if not self._try("remote", "get-url", "origin"):
            msg = "there is nowhere to push to: name the repository with `git remote add origin URL`"
            raise GitError(msg)
        branch = self.branch()
        if branch is None:
            raise GitError(_NO_BRANCH)
        return branch

    def _push_to(self, branch: str) -> None:
        self._run("push", "origin", f"HEAD:{_BRANCHES}{branch}", more=_AS_STORED)

    def _fetched(self, branch: str) -> str:
        """What the branch is at the origin now; empty where that cannot be known."""
        try:
            self._run("fetch", "origin", f"{_BRANCHES}{branch}")
        except GitError:
            return ""
        return self._run("rev-parse", "FETCH_HEAD")

    def _has(self, theirs: str) -> bool:
        """Whether ours are on top of theirs already: then it is something else that the push was refused for."""
        return self._try("merge-base", theirs, "HEAD") == theirs

    def _put_ours_on(self, theirs: str, known: str, reconcile: Reconcile | None) -> None:
        """Puts on theirs what we did since `known`, and so nothing that they took back meanwhile."""
        race = self._race(theirs, known)
        both = self.changed(race.base, race.ours) & self.changed(race.base, race.theirs)
        clashes = sorted(path for path in both if path.startswith(f"{layout.PLAYLISTS}/"))
        if not clashes:
            self._replay(race)
        elif reconcile:
            self._run("reset", "--keep", reconcile(race))
        else:
            raise ConflictError(_told(clashes))

    def _race(self, theirs: str, known: str) -> Race:
        if self._run("status", "--porcelain", "--untracked-files=no"):
            msg = "others were faster, and there is work here that is not committed: commit it, and push again"
            raise GitError(msg)
        base = self._try("merge-base", known, "HEAD")
        if not base:
            msg = "others pushed a branch that has no commit in common with ours: clone it anew"
            raise GitError(msg)
        return Race(base, self.head(), theirs)

    def _replay(self, race: Race) -> None:
        """Our commits again, on top of theirs."""
        try:
            self._run("rebase", "--onto", race.theirs, race.base)
        except BaseException as error:  # a Ctrl-C too would leave it half done
            clashes = self._try("diff", "--name-only", "--diff-filter=U").splitlines()
            self._try("rebase", "--abort")
            if not (clashes and isinstance(error, GitError)):
                raise
            raise ConflictError(_told(clashes)) from error

    def _commit(self, message: str, *arguments: str) -> None:
        self._run("commit", "--quiet", "--cleanup=verbatim", "--file=-", *arguments, text=message)

    def _try(self, *arguments: str) -> str:
        """Git's answer, empty where it refuses."""
        try:
            return self._run(*arguments)
        except GitError:
            return ""

    def _run(self, *arguments: str, text: str = "", more: Mapping[str, str] | None = None) -> str:
        settings = {**_SETTINGS, **(more or {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and no argument is a stranger's text
                ("git", *options, *arguments),  # noqa: S607 - the user's git, from the user's PATH
                cwd=self.root,
                env=self._environment,
                input=text.encode("utf-8", "replace"),
                capture_output=True,
                check=True,
            )
        except OSError as error:
            msg = f"git cannot be started in the archive's folder: {error.strerror}"
            raise GitError(msg) from error
        except subprocess.CalledProcessError as error:
            raise GitError(f"git {arguments[0]}: {_answer(error)}") from None
        return os.fsdecode(done.stdout).strip()


def _answer(error: subprocess.CalledProcessError) -> str:
    text = os.fsdecode(error.stderr or error.stdout)
    return for_log(_USERINFO.sub("***@", text), longest=_LONGEST_ANSWER)


def _told(clashes: list[str]) -> str:
    return f"others changed the same files, theirs stand and ours are not pushed: {some(clashes)}"


def some(paths: Sequence[str]) -> str:
    """The first paths in words, and how many more there are."""
    rest = [f"and {len(paths) - _SHOWN_CONFLICTS} more"] if len(paths) > _SHOWN_CONFLICTS else []
    return ", ".join([*map(for_log, paths[:_SHOWN_CONFLICTS]), *rest])


def environment() -> dict[str, str]:
    """That of this program, without what a hook around it says of another repository."""
    return {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_REPOSITORY}


def _dates(day: date | None) -> dict[str, str]:
    if day is None:
        return {}
    noon = f"{day.isoformat()}T12:00:00+00:00"
    return {"GIT_AUTHOR_DATE": noon, "GIT_COMMITTER_DATE": noon}
