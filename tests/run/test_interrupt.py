"""Signals that arrive while a run is under way, as a terminal and as GitHub send them."""

import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from playlist_archive import connect
from playlist_archive.archive.store import Store
from playlist_archive.exit_code import ExitCode
from playlist_archive.run.interrupt import SIGNALS, Interruption
from playlist_archive.run.start import archive
from spotify_simulator.transport import SimulatorTransport
from tests.harness import Archive, settings_for, spotify
from tests.worlds import daily, playlist


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_for_the_end(number: int) -> None:
    calls: list[int] = []
    before = signal.getsignal(number)
    with Interruption().watched() as interruption, interruption.calling(lambda: calls.append(1)):
        os.kill(os.getpid(), number)
        assert interruption.is_requested
    assert calls == [1]
    assert signal.getsignal(number) is before


def test_a_second_sigterm_does_nothing_and_a_second_ctrl_c_ends_the_program() -> None:
    with Interruption().watched() as interruption:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        assert interruption.is_requested
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_what_is_asked_for_before_the_block_is_done_at_its_beginning_and_nothing_after_it() -> None:
    calls: list[str] = []
    interruption = Interruption()
    with interruption.calling(lambda: calls.append("during")):
        pass
    interruption.request()
    with interruption.calling(lambda: calls.append("late")):
        interruption.request()
    assert calls == ["late"]


def test_in_another_thread_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[Any] = []

    def work() -> None:
        with Interruption().watched():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


class Signalled(SimulatorTransport):
    """Sends this process a signal instead of its fifth answer, and another one later, as GitHub does."""

    def __init__(self, archive: Archive, first: int) -> None:
        super().__init__(archive.simulator)
        self._first = first
        self._answers = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._answers += 1
        if self._answers > 5:
            os.kill(os.getpid(), self._first if self._answers == 6 else signal.SIGTERM)
        return await super().handle_async_request(request)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_stopped_run_commits_what_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    there = Archive(tmp_path, spotify(daily([playlist(each) for each in range(1, 31)])))
    there.register()
    for command in ("init -q -b main", "config user.name Somebody", "config user.email somebody@example.test"):
        subprocess.run(("git", *command.split()), cwd=tmp_path, check=True)
    monkeypatch.setattr(connect, "network", lambda **_: Signalled(there, number))
    there.simulator.limits = spotify(there.simulator.world).limits
    settings = settings_for(there.simulator).model_copy(update={"spotify_requests_per_second": 1000})

    result = archive(settings, there.job()._replace(commit=True))

    whole = set(Store(tmp_path).records())
    told = subprocess.run(
        ("git", "ls-tree", "-r", "--name-only", "HEAD", "playlists/data"),
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert 0 < len(whole) < 30
    assert {Path(line).stem for line in told.stdout.splitlines()} == whole
    assert result.exit_code == ExitCode.INTERRUPTED
