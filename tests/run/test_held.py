"""What a run holds back until all playlists are read."""

from playlist_archive.archive.doubt import Sign, signs
from playlist_archive.archive.model import Record, Snapshot
from playlist_archive.run import held
from playlist_archive.run.held import Held
from tests.builders import item, playlist_id, record, snapshot, track


def holds(waiting: Held, known: Record | None, seen: Snapshot) -> bool:
    return waiting.holds(known, seen, signs(known, seen))


def test_a_list_with_a_sign_or_with_many_new_songs_is_held_and_no_other() -> None:
    waiting = Held({})
    known = record([track(number) for number in range(20)])
    assert not holds(waiting, known, snapshot(map(item, range(24)), snapshot_id="new"))
    assert holds(waiting, known, snapshot(map(item, range(25)), snapshot_id="new"))
    assert waiting.suspects[playlist_id()].signs == ()
    assert holds(waiting, known, snapshot())
    assert waiting.suspects[playlist_id()].signs == (Sign.EMPTY, Sign.UNEDITED)


def test_lists_without_a_sign_are_held_up_to_a_number() -> None:
    waiting, known = Held({}), record([track(number) for number in range(20)])
    grown = [snapshot(map(item, range(30)), id=playlist_id(n), snapshot_id="new") for n in range(held.MOST + 5)]
    assert sum(holds(waiting, known, seen) for seen in grown) == held.MOST
    assert holds(waiting, known, snapshot(id=playlist_id(held.MOST + 9)))


def test_new_lists_are_written_at_once() -> None:
    waiting = Held({})
    assert not any(holds(waiting, None, snapshot(map(item, range(50)), id=playlist_id(number))) for number in range(3))
