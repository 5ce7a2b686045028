"""Killed at any moment, or the disk full at any write: whole files, and the next run ends as if nothing had been."""

import errno
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from playlist_archive.archive import layout
from playlist_archive.exit_code import ExitCode
from playlist_archive.run.review import playlist_of
from spotify_simulator.invented import InventedWorld
from tests.harness import Archive, spotify
from tests.worlds import START, day

POINTS: Final = 100
WATCHED: Final = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree")
"""Python's audit events for whatever touches a file."""


def archive_at(root: Path) -> Archive:
    world = InventedWorld(seed=5, count=14, size=12, start=START, change_share=0.8, turnover=0.4)
    archive = Archive(root, spotify(world))
    archive.register()
    return archive


def yesterday_and_today(root: Path) -> Archive:
    """An archive that has seen the first day and is about to see the fourth, on which a playlist is gone."""
    archive = archive_at(root)
    archive.run()
    archive.simulator.day = day(3)
    return archive


def in_a_child(work: Callable[[], object]) -> int:
    """What became of a forked process that did the work: its exit code, or the negative number of its signal."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the parent looks at the code alone
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def at_write(root: Path, act: Callable[[int, str, Any], None]) -> None:
    """Calls `act` with a running number before each thing that this process does to a file of the archive."""
    count = 0

    def watch(event: str, arguments: Any) -> None:
        nonlocal count
        if event in WATCHED and str(arguments[0]).startswith(str(root)) and _writes(event, arguments):
            count += 1
            act(count, event, arguments)

    sys.addaudithook(watch)


def _writes(event: str, arguments: Any) -> bool:
    return event != "open" or (isinstance(arguments[1], str) and "w" in arguments[1])


def _trace_length(root: Path) -> int:
    """How many writes a run makes."""
    log = root.parent / "trace"
    archive = yesterday_and_today(root)

    def count(number: int, _event: str, _arguments: object) -> None:
        log.write_text(str(number))

    def traced() -> None:
        at_write(root, count)
        archive.run()

    assert in_a_child(traced) == 0
    return int(log.read_text())


def _kill(number: int, at: int, event: str, arguments: Any) -> None:
    if number != at:
        return
    if event == "os.rename":  # the file beside is complete by now: make it one that was cut off while being written
        os.truncate(arguments[0], Path(arguments[0]).stat().st_size // 2)
    os.kill(os.getpid(), signal.SIGKILL)


def assert_whole(archive: Archive, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Every file is as it was, or as it is after an undisturbed run."""
    for path, content in archive.files().items():
        assert content in (before.get(path), after.get(path)), path
    assert before.keys() <= archive.files().keys()


def assert_playlists_whole(archive: Archive, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """The same for the files of playlists. A file that tells of all of them may tell of some before, of others after.

    So each line of such a file is one that it had, or one that it is to have. Only what is doubted follows from what
    was served until the end.
    """
    for path, content in archive.files().items():
        known = (before.get(path, b""), after.get(path, b""))
        if playlist_of(path):
            assert content in known, path
        elif path != layout.DOUBTED:
            assert {*lines(content)} <= {line for text in known for line in lines(text)}, path
    assert before.keys() <= archive.files().keys()


def lines(content: bytes) -> list[bytes]:
    """The lines; in JSON all but the last one end with a comma, in Markdown headings count."""
    return [re.sub(rb",$|\(\d+\\\)", b"", line) for line in content.splitlines()]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """All files before and after the run."""
    archive = yesterday_and_today(tmp_path_factory.mktemp("undisturbed"))
    before = archive.files()
    archive.run()
    return before, archive.files()


@pytest.fixture(scope="module")
def writes(tmp_path_factory: pytest.TempPathFactory) -> int:
    return _trace_length(tmp_path_factory.mktemp("trace") / "archive")


@pytest.mark.proof
@pytest.mark.parametrize("part", range(10))
def test_a_killed_run_leaves_whole_files_and_the_next_one_completes_it(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]], writes: int, part: int
) -> None:
    before, after = undisturbed
    points = [1 + point * writes // POINTS for point in range(part, POINTS, 10)]
    assert writes >= POINTS
    for point in points:
        archive = yesterday_and_today(tmp_path / str(point))

        def killed(archive: Archive = archive, point: int = point) -> None:
            at_write(archive.root, lambda number, event, arguments: _kill(number, point, event, arguments))
            archive.run()

        assert in_a_child(killed) == -signal.SIGKILL
        assert_whole(archive, before, after)
        assert archive.run().exit_code == ExitCode.DONE
        assert archive.files() == after, f"killed at write {point} of {writes}"
        assert not (archive.root / layout.UNFINISHED).exists()


def _terminated(archive: Archive, point: int) -> None:
    """A run that gets SIGTERM in the midst of a write, and a second one at the next write, as GitHub does it."""

    def terminate(number: int, _event: str, _arguments: object) -> None:
        if number in (point, point + 1):
            os.kill(os.getpid(), signal.SIGTERM)

    at_write(archive.root, terminate)
    assert archive.run_watched().interrupted


def assert_ends_well(archive: Archive, point: int, undisturbed: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    """SIGTERM at a write leaves whole files and nothing unfinished, and the next run completes them.

    The index and the table of likes tell of the playlists that were reached.
    """
    before, after = undisturbed
    assert in_a_child(lambda: _terminated(archive, point)) == 0
    assert_playlists_whole(archive, before, after)
    assert not (archive.root / layout.UNFINISHED).exists()
    assert archive.run().exit_code == ExitCode.DONE
    assert archive.files() == after, f"terminated at write {point}"


@pytest.mark.proof
@pytest.mark.parametrize("part", range(10))
def test_a_terminated_run_ends_by_itself_and_the_next_one_completes_it(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]], writes: int, part: int
) -> None:
    for point in [1 + point * writes // POINTS for point in range(part, POINTS, 10)]:
        assert_ends_well(yesterday_and_today(tmp_path / str(point)), point, undisturbed)


@pytest.mark.parametrize("point", [1, 25])
def test_a_run_that_is_terminated_while_it_writes_ends_by_itself(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]], point: int
) -> None:
    assert_ends_well(yesterday_and_today(tmp_path), point, undisturbed)


@pytest.mark.proof
@pytest.mark.parametrize("part", range(10))
def test_a_full_disk_leaves_whole_files_and_the_next_run_completes_it(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]], writes: int, part: int
) -> None:
    before, after = undisturbed
    for point in range(1 + part, writes, 40):
        archive = yesterday_and_today(tmp_path / str(point))

        def cramped(archive: Archive = archive, point: int = point) -> None:
            at_write(archive.root, lambda number, event, _arguments: _refuse(number, point, event))
            archive.run()

        assert in_a_child(cramped) in (0, 1)
        assert_whole(archive, before, after)
        archive.run()
        assert archive.files() == after, f"full at write {point} of {writes}"


def _refuse(number: int, since: int, event: str) -> None:
    """From one write on nothing can be created any more, though it can be removed."""
    if number >= since and event in ("open", "os.mkdir"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_that_is_killed_again_and_again_still_ends_well(
    tmp_path: Path, undisturbed: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    before, after = undisturbed
    archive = yesterday_and_today(tmp_path)
    for point in (3, 20, 5, 9, 2, 7):

        def killed(point: int = point) -> None:
            at_write(archive.root, lambda number, event, arguments: _kill(number, point, event, arguments))
            archive.run()

        assert in_a_child(killed) == -signal.SIGKILL
        assert_playlists_whole(archive, before, after)
    archive.run()
    assert archive.files() == after
