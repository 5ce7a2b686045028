"""actions/checkout, with the git commands that it runs itself, of a repository on this machine.

GitHub's address leads to that repository for who fetches; only the credentials let somebody push. As in the action
they lie in the runner's folder for temporary files, and the clone includes them from there.
"""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

ADDRESS = "https://github.com/somebody/archive"


class Ref(NamedTuple):
    """What a run is for: `main` or `pull/1/merge`, at the commit that it had when the run was queued."""

    name: str
    sha: str

    @property
    def full(self) -> str:
        return f"refs/{self.name}" if self.name.startswith("pull/") else f"refs/heads/{self.name}"

    @property
    def short(self) -> str:
        return self.name.removeprefix("pull/")


class Checkout(NamedTuple):
    """One runner's checkouts: of what, for which run, and with which home and temporary files."""

    repository: Path
    run: Ref
    home: Path
    temp: Path

    def prepare(self) -> None:
        """What a runner's git knows before: nobody's name, and where GitHub is."""
        (self.home / ".gitconfig").write_text(
            f'[url "file://{self.repository}"]\ninsteadOf = {ADDRESS}\n'
            f'[url "/no-credentials"]\npushInsteadOf = {ADDRESS}\n'
        )

    def into(self, target: Path, *, ref: str, persist_credentials: bool) -> None:
        """Checks out `ref`, else the run's own commit, without history."""
        target.mkdir(parents=True, exist_ok=True)
        self._git(target, "init", str(target))
        self._git(target, "remote", "add", "origin", ADDRESS)
        self._git(target, "config", "--local", "gc.auto", "0")
        refspecs = self._refspecs(ref)
        self._git(
            target,
            *("-c", "protocol.version=2", "fetch", "--no-tags", "--prune", "--no-recurse-submodules", "--depth=1"),
            *("origin", *refspecs),
        )
        self._git(target, "checkout", "--progress", "--force", *self._start(ref))
        if persist_credentials:
            self._include_credentials(target)

    def _refspecs(self, ref: str) -> tuple[str, ...]:
        if not ref:
            return (f"+{self.run.sha}:{_tracking(self.run.full)}",)
        if ref.startswith("refs/"):
            return (f"+{ref}:{_tracking(ref)}",)
        return (f"+refs/heads/{ref}*:refs/remotes/origin/{ref}*", f"+refs/tags/{ref}*:refs/tags/{ref}*")

    def _start(self, ref: str) -> tuple[str, ...]:
        full = ref or self.run.full
        tracking = _tracking(full if full.startswith("refs/") else f"refs/heads/{full}")
        branch = full.removeprefix("refs/heads/")
        return (tracking,) if full.startswith("refs/pull/") else ("-B", branch, tracking)

    def _include_credentials(self, target: Path) -> None:
        credentials = self.temp / "git-credentials-0.config"
        credentials.write_text(f'[remote "origin"]\npushurl = file://{self.repository}\n')
        self._git(target, "config", "--local", f"includeIf.gitdir:{target}/.git.path", str(credentials))

    def _git(self, folder: Path, *arguments: str) -> None:
        environment = os.environ | {"HOME": str(self.home), "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig")}
        command = ("git", *arguments)
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr


def _tracking(ref: str) -> str:
    return ref.replace("refs/heads/", "refs/remotes/origin/").replace("refs/pull/", "refs/remotes/pull/")
