"""What a run holds back until all playlists are read."""

from playlist_archive.archive.doubt import Sign
from playlist_archive.run import held
from playlist_archive.run.held import Held
from tests.builders import item, playlist_id, record, snapshot, track


def test_a_list_with_a_sign_or_with_many_new_songs_is_held_and_no_other() -> None:
    waiting = Held({})
    known = record([track(number) for number in range(20)])
    assert not waiting.holds(known, snapshot(map(item, range(24)), snapshot_id="new"))
    assert waiting.holds(known, snapshot(map(item, range(25)), snapshot_id="new"))
    assert waiting.suspects[playlist_id()].signs == ()
    assert waiting.holds(known, snapshot())
    assert waiting.suspects[playlist_id()].signs == (Sign.EMPTY, Sign.UNEDITED)


def test_lists_without_a_sign_are_held_up_to_a_number() -> None:
    waiting, known = Held({}), record([track(number) for number in range(20)])
    grown = [snapshot(map(item, range(30)), id=playlist_id(n), snapshot_id="new") for n in range(held.MOST + 5)]
    assert sum(waiting.holds(known, seen) for seen in grown) == held.MOST
    assert waiting.holds(known, snapshot(id=playlist_id(held.MOST + 9)))


def test_of_new_lists_with_the_same_songs_all_but_the_first_are_held() -> None:
    waiting = Held({})
    new = [snapshot(map(item, range(5)), id=playlist_id(number)) for number in range(3)]
    assert [waiting.holds(None, seen) for seen in new] == [False, True, True]
    assert {found.signs for found in waiting.suspects.values()} == {(Sign.SAME,)}
    assert not waiting.holds(None, snapshot(map(item, range(4)), id=playlist_id(8)))
    assert not waiting.holds(None, snapshot(map(item, range(4)), id=playlist_id(9)))
