"""The end of a run: no mark, and no index, on doubtful ground. The whole of it is in end_to_end/."""

from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId
from playlist_archive.archive.model import Reason
from playlist_archive.archive.registry import Registry
from playlist_archive.archive.store import Store
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from playlist_archive.render.page import Repository
from playlist_archive.run.finish import finish
from playlist_archive.run.keep import Keeper
from tests.builders import FIRST_DAY, playlist_id, record


def lost(number: int) -> Outcome:
    return Outcome(playlist_id(number), Kind.UNAVAILABLE, note=Note("404"), was_served=True, lost=Reason.NOT_FOUND)


def served(number: int, **facts: object) -> Outcome:
    return Outcome(playlist_id(number), Kind.UNCHANGED, was_served=True)._replace(**facts)  # type: ignore[arg-type] # any


def finished(root: Path, *outcomes: Outcome) -> Result:
    """The end of a run in an archive that holds a record of each of its playlists."""
    store = Store(root)
    for outcome in outcomes:
        store.save(record(id=outcome.id), {})
    registry = Registry(aliases=dict.fromkeys((outcome.id for outcome in outcomes), None), problems=())
    result = Result(FIRST_DAY, outcomes, problems=(), requests=0, written=())
    return finish(Keeper(store, registry, Repository(None), today=FIRST_DAY), result)


def marked(result: Result) -> list[PlaylistId]:
    return [outcome.id for outcome in result.outcomes if outcome.marked]


@pytest.mark.parametrize(
    ("gone", "there", "is_believed"),
    [(1, 1, True), (2, 1, True), (3, 3, True), (3, 2, False), (3, 4, True), (5, 4, False)],
)
def test_losses_are_believed_unless_they_are_three_or_more_and_more_than_half(
    tmp_path: Path, gone: int, there: int, *, is_believed: bool
) -> None:
    told = finished(tmp_path, *map(lost, range(gone)), *map(served, range(gone, gone + there)))
    assert len(marked(told)) == (gone if is_believed else 0)
    assert len(told.troubles) == (0 if is_believed else 1)


def test_what_was_not_served_before_says_nothing_of_the_run(tmp_path: Path) -> None:
    new = served(5, kind=Kind.CREATED, was_served=False)
    assert marked(finished(tmp_path, *map(lost, range(3)), served(4), new)) == []


def test_an_index_stays_where_a_record_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / layout.DATA).mkdir(parents=True)
    broken = layout.data(playlist_id(9))
    (tmp_path / broken).write_text("{", encoding="utf-8")
    told = finished(tmp_path, served(1, likes=5))
    assert not (tmp_path / layout.INDEX_PAGE).exists()
    assert (tmp_path / layout.followers(FIRST_DAY)).exists()
    assert [str(trouble).split(" ")[0] for trouble in told.troubles] == [broken, "a"]
    assert str(told.troubles[-1]) == "a record cannot be read, so the index stays as it is"


def test_where_nothing_was_served_nothing_is_written(tmp_path: Path) -> None:
    told = finished(tmp_path, lost(1), Outcome(playlist_id(2), Kind.SKIPPED, note=Note("no time")))
    assert str(told.refused) == "nothing was served: 404"
    assert not (tmp_path / layout.INDEX_PAGE).exists()
