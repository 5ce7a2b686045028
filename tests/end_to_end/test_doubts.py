"""What a run does not believe, how long, and what goes on meanwhile (docs/design.md, "Doubt")."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind, Result
from playlist_archive.report.result_file import result_text
from playlist_archive.run.shards import Shard, read_result
from spotify_simulator.world import World, WorldPlaylist
from tests.bad_days import DAMAGES, WithBadDay
from tests.harness import Archive, kinds, spotify
from tests.worlds import daily, day, playlist, rows, world_id

ONE = world_id(1)
SHARDS = 3


def archive_of(root: Path, world: World, **options: Any) -> Archive:
    archive = Archive(root, spotify(world), **options)
    archive.register()
    return archive


def run_on(archive: Archive, *days: int, **how: Any) -> Result:
    """The last of some runs."""
    for number in days:
        archive.simulator.day = day(number)
        result = archive.run(**how)
    return result


def lists(count: int = 5, size: int = 12) -> list[WorldPlaylist]:
    return [playlist(number, range(100 * number, 100 * number + size)) for number in range(1, count + 1)]


def bad(damage: str, *, count: int = 5, number: int = 1, edited: bool = True) -> World:
    return WithBadDay(daily(lists(count)), day(number), DAMAGES[damage], edited=edited)


def doubted(archive: Archive) -> list[dict[str, str]]:
    if layout.DOUBTED not in archive.files():
        return []
    found: list[dict[str, str]] = json.loads(archive.text(layout.DOUBTED))
    return found


def removed_on(archive: Archive, name: str) -> set[str]:
    record = json.loads(archive.text(layout.data(parse_playlist_id(name))))
    return {track["removed"] for track in record["removed"]}


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("empty", "all songs are missing"),
        ("halved", "more than half of the songs are missing"),
        ("nulls", "all songs are missing"),
        ("some_nulls", "many rows are empty"),
        ("dateless_and_relinked", "most songs have another id under the same name"),
        ("foreign", "most new songs are those of another playlist"),
        ("foreign_as_well", "most new songs are those of another playlist"),
        ("all_the_same", "another playlist has the very same songs"),
        ("a_year_earlier", "most songs have an earlier day of addition than before"),
        ("renamed", "most songs have another name under the same id"),
        ("of_somebody_else", "it belongs to somebody else"),
    ],
)
def test_a_day_on_which_all_lists_are_strange_is_not_believed(tmp_path: Path, damage: str, says: str) -> None:
    archive = archive_of(tmp_path, bad(damage))
    run_on(archive, 0)
    before = archive.files()

    result = run_on(archive, 1)

    assert result.exit_code == ExitCode.PARTIAL
    assert result.of(Kind.DOUBTED)
    assert " of 5 playlists are not believed today" in str(result.troubles[0])
    assert says in str(result.troubles[0])
    changed = {path for path, content in archive.files().items() if before.get(path) != content}
    assert changed == {layout.DOUBTED, layout.followers(day(1))}
    assert archive.text(layout.followers(day(1))).splitlines()[0].endswith(str(day(1)))


def test_what_is_doubted_stands_in_a_file_while_it_is_doubted(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, bad("empty"))
    run_on(archive, 0)
    assert doubted(archive) == []

    run_on(archive, 1)
    assert [found["id"] for found in doubted(archive)] == list(archive.simulator.world.ids())
    assert {(found["at"], found["sign"]) for found in doubted(archive)} == {
        ("2026-11-03T12:00:00Z", "all songs are missing")
    }

    assert run_on(archive, 2).exit_code == ExitCode.DONE
    assert layout.DOUBTED not in archive.files()


def emptied_for_good(root: Path) -> Archive:
    archive = archive_of(root, daily(lists(), [replace(found, rows=()) for found in lists()]))
    run_on(archive, 0, 1)
    return archive


def test_a_run_of_the_same_hour_does_not_believe_either(tmp_path: Path) -> None:
    archive = emptied_for_good(tmp_path)
    before = archive.files()
    assert run_on(archive, 1).exit_code == ExitCode.PARTIAL
    assert archive.files() == before


def test_a_later_day_that_sees_the_same_believes_it_as_of_the_first(tmp_path: Path) -> None:
    archive = emptied_for_good(tmp_path)
    result = run_on(archive, 4)
    assert result.exit_code == ExitCode.DONE
    assert set(kinds(result).values()) == {Kind.UPDATED}
    assert removed_on(archive, ONE) == {"2026-11-03"}
    assert layout.DOUBTED not in archive.files()


def test_believing_takes_it_at_once(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(lists(), [replace(found, rows=()) for found in lists()]))
    run_on(archive, 0)
    archive.simulator.day = day(1)
    result = archive.run_job(archive.job()._replace(believes=True))
    assert set(kinds(result).values()) == {Kind.UPDATED}
    assert layout.DOUBTED not in archive.files()


def test_lists_without_a_sign_are_written_beside_the_doubted(tmp_path: Path) -> None:
    now = [*(replace(found, rows=()) for found in lists(3)), playlist(4, range(13)), playlist(5, range(12))]
    archive = archive_of(tmp_path, daily([*lists(3), playlist(4, range(12)), playlist(5, range(12))], now))
    run_on(archive, 0)
    assert list(kinds(run_on(archive, 1)).values()) == [Kind.DOUBTED] * 3 + [Kind.UPDATED, Kind.UNCHANGED]


@pytest.mark.parametrize(("strange", "count"), [(2, 3), (3, 6), (3, 20)])
def test_fewer_strange_lists_are_believed(tmp_path: Path, strange: int, count: int) -> None:
    now = [replace(found, rows=()) if at < strange else found for at, found in enumerate(lists(count))]
    archive = archive_of(tmp_path, daily(lists(count), now))
    run_on(archive, 0)
    result = run_on(archive, 1)
    assert result.exit_code == ExitCode.DONE
    assert list(kinds(result).values())[:strange] == [Kind.UPDATED] * strange


def test_losses_of_all_kinds_count_together(tmp_path: Path) -> None:
    first, second, *others = lists()
    now = [replace(first, rows=()), replace(second, rows=second.rows[:3]), *others[1:]]
    archive = archive_of(tmp_path, daily(lists(), now))
    run_on(archive, 0)
    result = run_on(archive, 1)
    assert "3 of 5" in str(result.troubles[0])
    assert list(kinds(result).values()) == [Kind.DOUBTED, Kind.DOUBTED, Kind.UNAVAILABLE, *[Kind.UNCHANGED] * 2]
    assert not any(outcome.marked for outcome in result.outcomes)

    again = run_on(archive, 2)
    assert again.exit_code == ExitCode.DONE
    assert [outcome.marked for outcome in again.outcomes] == [False, False, True, False, False]
    assert "on 2026-11-03" in archive.text(layout.pretty(parse_playlist_id(world_id(3))))


@pytest.mark.parametrize(
    "change", [range(4, 12), range(16), [*range(8), *range(20, 24)]], ids=["less", "more", "other"]
)
def test_one_list_that_changed_though_nobody_edited_it_is_doubted(tmp_path: Path, change: Iterable[int]) -> None:
    whole = playlist(1, range(12), snapshot_id="the same")
    archive = archive_of(tmp_path, daily([whole, playlist(2)], [replace(whole, rows=rows(change)), playlist(2)]))
    run_on(archive, 0)
    before = archive.text(layout.data(parse_playlist_id(ONE)))

    result = run_on(archive, 1)
    assert kinds(result) == {ONE: Kind.DOUBTED, world_id(2): Kind.UNCHANGED}
    assert "nobody edited it" in str(result.outcomes[0].note)
    assert archive.text(layout.data(parse_playlist_id(ONE))) == before

    assert kinds(run_on(archive, 2))[ONE] == Kind.UPDATED


def test_a_few_songs_that_spotify_withdraws_are_believed(tmp_path: Path) -> None:
    whole = playlist(1, range(12), snapshot_id="the same")
    archive = archive_of(tmp_path, daily([whole, playlist(2)], [replace(whole, rows=rows(range(3, 12))), playlist(2)]))
    run_on(archive, 0)
    assert kinds(run_on(archive, 1))[ONE] == Kind.UPDATED


@pytest.mark.parametrize("size", [2, 3, 19])
def test_a_small_list_that_lost_most_is_looked_at_twice(tmp_path: Path, size: int) -> None:
    archive = archive_of(tmp_path, daily([playlist(1, range(size)), playlist(2)], [playlist(1, []), playlist(2)]))
    run_on(archive, 0)
    assert run_on(archive, 1).requests == 3


def test_a_list_that_lost_much_is_read_in_full_the_next_day(tmp_path: Path) -> None:
    less = playlist(1, range(120), snapshot_id="the same")
    more = replace(less, rows=rows(range(121)))
    archive = archive_of(tmp_path, daily([playlist(1, range(300))], [less], [more]), as_user=True)
    run_on(archive, 0, 1)
    assert kinds(run_on(archive, 2)) == {ONE: Kind.UPDATED}


def fridays(weeks: int) -> list[list[WorldPlaylist]]:
    """For each day of some weeks four lists, all of which are replaced on Fridays."""
    days = []
    for number in range(7 * weeks):
        week = (number + 3) // 7
        added = f"{day(max(0, 7 * week - 3))}T05:00:00Z"
        days.append([friday_list(place, week, added) for place in range(1, 5)])
    return days


def friday_list(place: int, week: int, added: str) -> WorldPlaylist:
    found = playlist(place, range(1_000 * place + 50 * week, 1_000 * place + 50 * week + 30))
    return replace(found, rows=tuple(replace(row, added_at=added) for row in found.rows))


@pytest.mark.parametrize("as_user", [False, True])
def test_lists_that_all_change_on_fridays_alarm_once_and_lose_no_day(tmp_path: Path, *, as_user: bool) -> None:
    archive = archive_of(tmp_path, daily(*fridays(4)), as_user=as_user)
    alarms = [number for number in range(28) if run_on(archive, number).exit_code != ExitCode.DONE]
    assert [day(number).strftime("%A") for number in alarms] == ["Friday"]
    for name in archive.simulator.world.ids():
        assert removed_on(archive, name) == {str(day(number)) for number in (4, 11, 18, 25)}


def test_lists_that_are_replaced_every_day_are_believed_from_the_second_day_on(tmp_path: Path) -> None:
    days = [[friday_list(place, number, f"{day(number)}T05:00:00Z") for place in range(1, 5)] for number in range(6)]
    archive = archive_of(tmp_path, daily(*days))
    codes = [run_on(archive, number).exit_code for number in range(6)]
    assert codes == [ExitCode.DONE, ExitCode.PARTIAL, *[ExitCode.DONE] * 4]


def test_lists_that_were_the_same_before_may_be_the_same_again(tmp_path: Path) -> None:
    days = [[playlist(number, range(size)) for number in range(1, 6)] for size in (6, 11)]
    archive = archive_of(tmp_path, daily(*days))
    assert run_on(archive, 0).exit_code == ExitCode.DONE
    assert set(kinds(run_on(archive, 1)).values()) == {Kind.UPDATED}


def copies(count: int, *others: WorldPlaylist) -> list[WorldPlaylist]:
    """The same list under several ids, and others."""
    same = playlist(1, range(8))
    return [*(replace(same, id=world_id(number)) for number in range(1, count + 1)), *others]


@pytest.mark.parametrize("others", [0, 9])
def test_new_lists_that_are_all_the_same_are_not_believed_and_the_others_are(tmp_path: Path, others: int) -> None:
    new = [playlist(number, range(100 * number, 100 * number + 8)) for number in range(11, 11 + others)]
    true = [playlist(number, range(100 * number, 100 * number + 8)) for number in range(1, 4)]
    archive = archive_of(tmp_path / "bad", daily(copies(3, *new), [*true, *new]))
    result = run_on(archive, 0)
    assert list(kinds(result).values()) == [Kind.DOUBTED] * 3 + [Kind.CREATED] * others
    assert result.exit_code == ExitCode.PARTIAL
    assert "several new playlists have the very same songs" in str(result.outcomes[0].note)
    of_doubted = {path for found in true for path in layout.files_of(parse_playlist_id(found.id))}
    assert not of_doubted & {*archive.files(), *result.written}

    assert run_on(archive, 1).exit_code == ExitCode.DONE
    good = archive_of(tmp_path / "good", daily(new, [*true, *new]))
    good.register(*(found.id for found in true))
    run_on(good, 0, 1)
    assert songs_of(archive) == songs_of(good)


def songs_of(archive: Archive) -> dict[str, bytes]:
    return {path: content for path, content in archive.files().items() if not path.startswith(layout.FOLLOWERS)}


def test_new_lists_that_are_the_same_for_good_are_believed_the_next_day(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(copies(4)))
    assert run_on(archive, 0).exit_code == ExitCode.PARTIAL
    result = run_on(archive, 1)
    assert (result.exit_code, set(kinds(result).values())) == (ExitCode.DONE, {Kind.CREATED})
    assert layout.DOUBTED not in archive.files()


@pytest.mark.parametrize("found", [copies(2), [playlist(number, []) for number in range(1, 9)]])
def test_two_copies_and_lists_of_few_songs_may_be_new_at_once(tmp_path: Path, found: list[WorldPlaylist]) -> None:
    assert run_on(archive_of(tmp_path, daily(found)), 0).exit_code == ExitCode.DONE


def test_a_list_that_is_new_on_a_bad_day_is_doubted_with_the_others(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, bad("foreign"))
    new = world_id(5)
    (tmp_path / layout.registry_entry(parse_playlist_id(new))).unlink()
    run_on(archive, 0)
    archive.register(new)

    assert kinds(run_on(archive, 1))[new] == Kind.DOUBTED
    assert layout.data(parse_playlist_id(new)) not in archive.files()
    assert kinds(run_on(archive, 2))[new] == Kind.CREATED
    assert b"Song 1" not in archive.files()[layout.cumulative(parse_playlist_id(new))]


def restless(days: Iterable[int]) -> list[list[WorldPlaylist]]:
    """A list whose songs are others on each day, though Spotify says that nobody edits it, and a quiet one."""
    lists = [playlist(1, range(20 * number, 20 * number + 12), snapshot_id="the same") for number in days]
    return [[found, playlist(2)] for found in lists]


def test_a_list_in_flux_is_doubted_for_three_days_and_then_believed_every_day(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(*restless([*range(7), 6])))
    run_on(archive, 0)
    results = [run_on(archive, number) for number in range(1, 8)]
    of_one = [result.outcomes[0] for result in results]
    assert [outcome.kind for outcome in of_one] == [Kind.DOUBTED] * 3 + [Kind.UPDATED] * 3 + [Kind.UNCHANGED]
    assert ["another one every day" in str(outcome.note) for outcome in of_one] == [False] * 3 + [True] + [False] * 3
    assert [result.exit_code for result in results] == [ExitCode.PARTIAL] * 3 + [ExitCode.DONE] * 4
    assert layout.DOUBTED not in archive.files()
    assert removed_on(archive, ONE) == {str(day(number)) for number in (4, 5, 6)}


def test_days_of_doubt_that_a_good_day_parts_do_not_add_up(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(*restless([0, 1, 2, 0, 3, 4, 5, 0])))
    run_on(archive, 0)
    found = [run_on(archive, number).outcomes[0].kind for number in range(1, 8)]
    assert found == [Kind.DOUBTED] * 2 + [Kind.UNCHANGED] + [Kind.DOUBTED] * 3 + [Kind.UNCHANGED]


def test_many_runs_of_one_day_are_one_day_of_doubt(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(*restless([0, 1])))
    run_on(archive, 0)
    for _ in range(5):
        run_on(archive, 1)
    assert f'"days":["{day(1)}"]' in archive.text(layout.DOUBTED)


def test_a_file_of_doubts_that_is_broken_is_begun_anew(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(lists()))
    run_on(archive, 0)
    (tmp_path / layout.DOUBTED).write_text("{", encoding="utf-8")
    result = run_on(archive, 1)
    assert "doubted anew" in str(result.troubles[0])
    assert layout.DOUBTED not in archive.files()


def test_what_was_doubted_stays_so_while_the_list_is_not_asked_for(tmp_path: Path) -> None:
    archive = emptied_for_good(tmp_path)
    archive.simulator.day = day(1)
    only = frozenset(map(parse_playlist_id, archive.simulator.world.ids()[1:2]))
    archive.run_job(archive.job()._replace(only=only))
    assert [found["id"] for found in doubted(archive)] == [world_id(number) for number in (1, 3, 4, 5)]


@pytest.mark.parametrize("damage", ["empty", "foreign", "all_the_same", "relinked"])
def test_shards_are_judged_together(tmp_path: Path, damage: str) -> None:
    whole = archive_of(tmp_path / "whole", bad(damage))
    parts = archive_of(tmp_path / "parts", bad(damage))
    for number in range(4):
        whole.simulator.day = parts.simulator.day = day(number)
        expected = whole.run()
        assert parts.collect(shard_results(parts, tmp_path / "result.json")) == expected
        assert parts.files() == whole.files()


def shard_results(archive: Archive, aside: Path) -> Iterable[Result]:
    for number in range(1, SHARDS + 1):
        told = archive.run_job(archive.job()._replace(shard=Shard(number, SHARDS)))
        aside.write_text(result_text(told), encoding="utf-8")
        read = read_result(aside)
        assert read == told
        yield read


def test_a_run_of_a_day_that_was_archived_already_writes_nothing(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily([playlist(1)], [playlist(1, range(2))], [playlist(1, range(9))]))
    run_on(archive, 0, 1)
    before = archive.files()
    result = run_on(archive, 0)
    assert (result.exit_code, archive.files()) == (ExitCode.REFUSED, before)
    assert "is before the newest one archived, 2026-11-03" in str(result.refused)


def test_a_run_of_a_day_that_spotify_does_not_have_yet_writes_nothing(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, daily(lists()))
    run_on(archive, 0)
    before = archive.files()
    archive.settings_day = day(365)
    result = run_on(archive, 1)
    assert (result.exit_code, archive.files()) == (ExitCode.REFUSED, before)
    assert "is not there yet, for Spotify has 2026-11-03" in str(result.refused)
    assert result.requests < 20


def test_a_list_that_turns_private_is_told_once_and_archived_on(tmp_path: Path) -> None:
    public = playlist(1)
    archive = archive_of(tmp_path, daily([public], [replace(public, public=False)]), as_user=True)
    assert run_on(archive, 0).outcomes[0].note is None
    result = run_on(archive, 1)
    assert (result.exit_code, kinds(result)) == (ExitCode.DONE, {ONE: Kind.UPDATED})
    assert "private in Spotify from now on" in str(result.outcomes[0].note)
    assert json.loads(archive.text(layout.data(parse_playlist_id(ONE))))["private"] is True
    assert run_on(archive, 2).outcomes[0].note is None


@pytest.mark.parametrize("facts", [{"public": None}, {"public": False, "collaborative": True}, {"public": True}])
def test_a_list_that_is_not_private_is_not_called_so(tmp_path: Path, facts: dict[str, Any]) -> None:
    archive = archive_of(tmp_path, daily([playlist(1)], [replace(playlist(1), **facts)]), as_user=True)
    run_on(archive, 0)
    assert run_on(archive, 1, full=True).outcomes[0].note is None
    assert "private" not in json.loads(archive.text(layout.data(parse_playlist_id(ONE))))


def test_lists_of_a_new_owner_are_believed_on_the_next_day_though_they_change_daily(tmp_path: Path) -> None:
    def of(number: int, owner: str) -> list[WorldPlaylist]:
        found = [playlist(name, range(100 * name + number, 100 * name + number + 12)) for name in range(1, 6)]
        return [replace(one, owner=replace(one.owner, id=owner), snapshot_id=f"{one.id} {number}") for one in found]

    archive = archive_of(tmp_path, daily(of(0, "before"), of(1, "after"), of(2, "after"), of(3, "after")))
    assert run_on(archive, 0).exit_code == ExitCode.DONE
    assert len(run_on(archive, 1).of(Kind.DOUBTED)) == 5
    result = run_on(archive, 2)
    assert set(kinds(result).values()) == {Kind.UPDATED}
    assert run_on(archive, 3).exit_code == ExitCode.DONE
    assert layout.DOUBTED not in archive.files()
