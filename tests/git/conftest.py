import os
from pathlib import Path

import pytest

from tests.git.repositories import PAGE, Repositories, git, write


@pytest.fixture(autouse=True)
def user_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration of somebody who has git as it comes."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\nname = Somebody\nemail = somebody@example.org\n[init]\ndefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return config


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A repository with one commit."""
    folder = tmp_path / "archive"
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, PAGE, "first\n")
    write(folder, "notes", "notes\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "First")
    return folder


@pytest.fixture
def shared(tmp_path: Path, archive: Path) -> Repositories:
    """The archive, the bare repository that it pushes to, and somebody else's clone of that."""
    origin, others = tmp_path / "origin.git", tmp_path / "others"
    git(tmp_path, "clone", "--quiet", "--bare", str(archive), str(origin))
    git(archive, "remote", "add", "origin", str(origin))
    git(archive, "fetch", "--quiet", "origin")
    git(tmp_path, "clone", "--quiet", str(origin), str(others))
    return archive, origin, others
