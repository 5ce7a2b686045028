import os
import subprocess
import sys
from pathlib import Path

import filelock  # noqa: F401 - it looks for `fcntl` when it is loaded, so before that is hidden
import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.lock import LockError, locked


@pytest.fixture(params=["the folder", "a file"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How it is locked: `a file` is what Windows does, which has no `fcntl` and a lock of its own in `filelock`."""
    if request.param == "a file":
        monkeypatch.setitem(sys.modules, "fcntl", None)  # as where an import of it fails
    return str(request.param)


HOLDER = (
    "import sys; from pathlib import Path; from playlist_archive.archive.lock import locked\n"
    "with locked(Path()): print('locked', flush=True); sys.stdin.read()"
)


def test_a_second_run_is_told_to_wait(tmp_path: Path, way: str) -> None:
    with locked(tmp_path):
        assert (tmp_path / layout.LOCK).exists() == (way == "a file")
        with pytest.raises(LockError) as raised, locked(tmp_path):
            pass
    assert raised.value.message == f"{tmp_path} cannot be locked (another run is at work there)"
    assert raised.value.remedy == "wait until the other run is done"
    with locked(tmp_path):
        pass


@pytest.mark.usefixtures("way")
def test_a_lock_ends_with_a_run_that_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path):
        _ = 1 / 0
    with locked(tmp_path):
        pass


@pytest.mark.usefixtures("way")
def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(LockError, match=r"nowhere cannot be opened \(No such file or directory\)"),
        locked(tmp_path / "nowhere"),
    ):
        pass


def test_a_run_that_was_killed_locks_nobody_out(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = (sys.executable, "-c", HOLDER)
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"locked\n"
        with pytest.raises(LockError), locked(tmp_path):
            pass
        holder.kill()
    with locked(tmp_path):
        pass
