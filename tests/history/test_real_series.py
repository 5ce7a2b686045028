"""A real series of days in git: every answer is what an independent reading of the days gives."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Snapshot
from playlist_archive.history.answers import History
from tests.answers import as_it_is
from tests.archives import archived, committed, git, noon
from tests.replayed import observed, recorded_ids

SAMPLE = 5
"""Playlists of the everyday tests: small ones, and two in the middle. The proof has all of them."""

EVERY = 5
"""Of so many days, the everyday tests look at one."""

Days = Mapping[PlaylistId, Mapping[date, Snapshot]]


class Series(NamedTuple):
    """The archive, and what each playlist was on each observed day."""

    root: Path
    days: Days
    step: int

    @property
    def asked(self) -> Days:
        """The days that a test asks for."""
        return {
            playlist_id: dict(list(snapshots.items())[:: self.step]) for playlist_id, snapshots in self.days.items()
        }


def series(corpus: Path, folder: Path, count: int) -> Series:
    ids = recorded_ids(corpus / "history")
    chosen = ids if count == len(ids) else [*ids[: count - 2], ids[len(ids) // 2], ids[len(ids) // 2 + 1]]
    seen = list(observed(corpus / "history", chosen))
    days: dict[PlaylistId, dict[date, Snapshot]] = {}
    for day, snapshot in seen:
        days.setdefault(snapshot.id, {})[day] = snapshot
    step = 1 if count == len(ids) else EVERY
    return Series(committed(folder / "archive", archived(seen)), days, step)


@pytest.fixture(scope="session")
def sample(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Series:
    return series(corpus, tmp_path_factory.mktemp("sample"), SAMPLE)


@pytest.fixture(scope="session")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Series:
    return series(corpus, tmp_path_factory.mktemp("whole"), 60)


@pytest.fixture(params=["sample", pytest.param("whole", marks=pytest.mark.proof)])
def real(request: pytest.FixtureRequest) -> Series:
    found: Series = request.getfixturevalue(request.param)
    return found


def rows(snapshot: Snapshot) -> list[tuple[object, ...]]:
    return [(item.uri, item.name, item.artists, item.album, item.duration_ms) for item in snapshot.items]


def answered(history: History, playlist_id: PlaylistId, day: date) -> list[tuple[object, ...]]:
    tracks = history.show(playlist_id, day).state.tracks
    return [(song.uri, song.name, song.artists, song.album, song.duration_ms) for song in tracks]


def assert_every_day_is_right(history: History, days: Days) -> None:
    for playlist_id, snapshots in days.items():
        for day, snapshot in snapshots.items():
            assert answered(history, playlist_id, day) == rows(snapshot), (playlist_id, day)


def test_every_day_of_every_playlist_is_shown_as_it_was_in_order(real: Series) -> None:
    assert_every_day_is_right(History(real.root), real.asked)


def test_the_difference_of_any_two_days_is_the_difference_of_their_lists(real: Series) -> None:
    history, chance = History(real.root), random.Random(15)
    for _ in range(500 // real.step):
        playlist_id = chance.choice(list(real.days))
        first, second = chance.choices(list(real.days[playlist_id]), k=2)
        before, after = (Counter(item.uri for item in real.days[playlist_id][day].items) for day in (first, second))
        found = history.diff(playlist_id, first, second).difference
        assert Counter(song.uri for song in found.added) == after - before
        assert Counter(song.uri for song in found.removed) == before - after
        renamed = real.days[playlist_id][first].name != real.days[playlist_id][second].name
        assert (found.text("name") is not None) == renamed


def test_the_days_of_the_log_are_those_on_which_something_differed(real: Series) -> None:
    history = History(real.root)
    for playlist_id, snapshots in real.days.items():
        differed = []
        before: tuple[object, ...] = ()
        for day, snapshot in snapshots.items():
            told = (snapshot.name, snapshot.description, rows(snapshot))
            if told != before:
                differed.append(day)
            before = told
        assert [change.event.day for change in history.log(as_it_is, [playlist_id]).changes] == differed[::-1]


def test_two_runs_a_day_answer_with_the_last_one(corpus: Path, tmp_path: Path) -> None:
    """Every second observed day is a second run on the day before it."""
    days = list(observed(corpus / "history", recorded_ids(corpus / "history")[2:4]))
    order = sorted({day for day, _ in days})
    moved = {day: order[number // 2 * 2] for number, day in enumerate(order)}
    commits = [commit._replace(when=noon(moved[commit.when.date()])) for commit in archived(days)]
    history = History(committed(tmp_path / "archive", commits))
    last = {(snapshot.id, moved[day]): snapshot for day, snapshot in days}
    for (playlist_id, day), snapshot in last.items():
        assert answered(history, PlaylistId(playlist_id), day) == rows(snapshot)


def test_a_rewritten_history_gives_the_same_answers(sample: Series, tmp_path: Path) -> None:
    """Somebody changed the name of the author, so that every commit is another one."""
    git(tmp_path, "clone", "--quiet", sample.root.as_uri(), "rewritten")
    root = tmp_path / "rewritten"
    History(root).show(next(iter(sample.days)))
    before = git(root, "rev-parse", "HEAD")
    text = git(root, "fast-export", "HEAD").replace("Nobody <", "Somebody <")
    git(root, "fast-import", "--quiet", "--force", text=f"{text}\n".encode())
    git(root, "reset", "--quiet", "--hard", "main")
    assert git(root, "rev-parse", "HEAD") != before
    assert_every_day_is_right(History(root), sample.asked)


@pytest.mark.parametrize("depth", [1, 10])
def test_a_shallow_clone_gives_the_same_songs_or_says_why_not(sample: Series, tmp_path: Path, depth: int) -> None:
    git(tmp_path, "clone", "--quiet", f"--depth={depth}", sample.root.as_uri(), "shallow")
    history = History(tmp_path / "shallow")
    for playlist_id, snapshots in sample.days.items():
        for day, snapshot in [*snapshots.items()][::20]:
            shown = history.show(playlist_id, day)
            # A record has each identity once; a list may have it twice.
            assert {song.uri for song in shown.state.tracks} == {item.uri for item in snapshot.items}
            if shown.basis.is_ordered:
                assert answered(history, playlist_id, day) == rows(snapshot)
            else:
                assert "membership only: this clone has no history before 20" in shown.basis.sentence


def test_a_partial_clone_gives_the_same_answers(sample: Series, tmp_path: Path) -> None:
    git(sample.root, "config", "uploadpack.allowFilter", "true")
    git(sample.root, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", sample.root.as_uri(), "partial")
    assert_every_day_is_right(History(tmp_path / "partial"), sample.asked)
