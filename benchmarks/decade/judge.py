"""What ten years left, beside the truth: the lists of every day, the days on which songs left, and what was told."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from playlist_archive.archive import layout
from playlist_archive.archive.ids import PlaylistId, parse_playlist_id
from playlist_archive.archive.store import Store
from playlist_archive.exit_code import ExitCode
from playlist_archive.history.cache import timelines
from playlist_archive.history.timeline import State, day_ends
from playlist_archive.run.pages import pages

from .bot import Bot, Run
from .calendar import Cause, Kind, causes, end_of_consent, incidents

Seen = dict[date, date]
"""Day under which the archive has a look at a playlist → the true day of that look, in order."""

_AFTERWARDS_DAYS = 1
"""After an incident, in which a run may still tell of it."""


class Verdict(NamedTuple):
    """How much was looked at, and a sentence for everything that is wrong.

    `lists` are days of playlists, `causes` those that had to be told, by an `issue` or by the summary alone. `warned`
    are the fewest days between a first warning and the end of a consent. `unserved` are the most days in a row on which
    a playlist was not archived though Spotify had it, and which. `alarms` are the runs that called somebody for no
    cause of the calendar, with what they said.
    """

    lists: int
    left: int
    causes: int
    issues: int
    warned: int
    unserved: tuple[int, str]
    alarms: dict[int, str]
    wrong: tuple[str, ...]


def judge(bot: Bot, days: int) -> Verdict:
    """The verdict on a bot that lived so many days; its repository knows of all commits."""
    looks = {name: _looks(bot, name) for name in bot.truth.ids()}
    wrong: list[str] = []
    lists = sum(_judge_lists(bot, name, seen, days, wrong) for name, seen in looks.items())
    left = sum(_judge_left(bot, name, seen, wrong) for name, seen in looks.items())
    wrong += [*_wrong_pages(bot), *_wrong_columns(bot, days)]
    needed = [*causes(bot.truth, days), *_lapses(bot), *_halved(bot, days)]
    told = [_where_told(bot.diary, cause) for cause in needed]
    wrong += [f"nobody was told of it: {cause}" for cause, place in zip(needed, told, strict=True) if not place]
    return Verdict(
        lists=lists,
        left=left,
        causes=len(needed),
        issues=told.count("issue"),
        warned=min(_warnings(bot), default=0),
        unserved=max(_unserved(bot, days)),
        alarms=_alarms(bot, days),
        wrong=tuple(wrong),
    )


def _looks(bot: Bot, name: str) -> Seen:
    found = {run.dated: bot.truth.start + timedelta(days=run.day) for run in bot.diary if name in run.served}
    return dict(sorted(found.items()))


def _judge_lists(bot: Bot, name: str, seen: Seen, days: int, wrong: list[str]) -> int:
    """Compares the list at the end of each day with the truth of the last look; how many were compared."""
    if not seen:
        return 0
    timeline = timelines(bot.root).get(parse_playlist_id(name))
    states = iter(day_ends(timeline)) if timeline else iter(())
    state, following = None, next(states, None)
    last, compared = None, 0
    for number in range(days):
        day = bot.truth.start + timedelta(days=number)
        last = seen.get(day, last)
        while following and following.day <= day:
            state, following = following, next(states, None)
        if last:
            compared += 1
            if not _is_true(bot, name, state, last):
                wrong.append(f"{name} ({bot.truth.lives[name].kind}) is not on {day} what it was on {last}")
    return compared


def _is_true(bot: Bot, name: str, state: State | None, day: date) -> bool:
    true = bot.truth.playlist(name, day)
    if state is None or true is None or state.name != true.name:
        return False
    return [song.uri for song in state.tracks] == [row.song.uri for row in true.rows if row.song]


def _judge_left(bot: Bot, name: str, seen: Seen, wrong: list[str]) -> int:
    """Compares songs that left, and the days of that, with the looks; how many there are."""
    playlist_id = parse_playlist_id(name)
    record = Store(bot.root).record(playlist_id)
    if record is None:
        return 0
    expected = _left(bot, name, seen)
    told = {track.uri: track.removed_on for track in record.removed}
    for uri in expected.keys() | told.keys():
        earliest, latest = expected.get(uri, (date.max, date.min))
        day = told.get(uri)
        if not (day and earliest < day <= latest):
            wrong.append(f"{name}: {uri} left on {day}, between {earliest} and {latest}")
    return len(expected)


def _left(bot: Bot, name: str, seen: Seen) -> dict[str, tuple[date, date]]:
    """Songs that are not there any more → the last look that had them, and the first one that did not."""
    left: dict[str, tuple[date, date]] = {}
    before: Sequence[str] = ()
    last_look = date.min
    for dated, day in seen.items():
        songs = bot.truth.songs(name, day)
        if songs != before:
            for uri in {*before} - {*songs}:
                left[uri] = (last_look, dated)
            for uri in songs:
                left.pop(uri, None)
        before, last_look = songs, dated
    return left


def _wrong_pages(bot: Bot) -> Iterator[str]:
    """Pages that would be others if they were made anew."""
    store = Store(bot.root)
    for playlist_id in store.records():
        record = store.record(playlist_id)
        if record is None:
            continue
        for path, text in pages(record, bot.linked()).items():
            if store.read(path) != text:
                yield f"{path} ({_kind(bot, playlist_id)}) is not as it would be made today"


def _wrong_columns(bot: Bot, days: int) -> Iterator[str]:
    """Days that the tables of likes lack, or have though nothing was seen on them; a closed app sees no likes."""
    store, columns = Store(bot.root), set()
    for path in store.files(layout.FOLLOWERS):
        columns |= {date.fromisoformat(day) for day in (store.read(path) or "").partition("\n")[0].split(",")[1:]}
    closed = [found for found in incidents(days) if found.kind == Kind.RESTRICTED]
    served = {run.dated: run for run in bot.diary if run.served}
    yield from (f"the likes have the day {day}, on which nothing was seen" for day in sorted(columns - served.keys()))
    for day, run in served.items():
        if day not in columns and run.exit_code == ExitCode.DONE and not any(found.is_on(run.day) for found in closed):
            yield f"the likes lack {day}"


def _kind(bot: Bot, playlist_id: PlaylistId) -> str:
    return bot.truth.lives[playlist_id].kind


def _where_told(diary: Sequence[Run], cause: Cause) -> str:
    """`issue`, `summary`, or nothing."""
    runs = [run for run in diary if cause.first <= run.day <= cause.last]
    pattern = re.compile(cause.words, re.IGNORECASE)
    if any(pattern.search(run.alert) for run in runs):
        return "issue"
    return "summary" if any(pattern.search(run.told) for run in runs) else ""


def _warnings(bot: Bot) -> Iterator[int]:
    """For each consent that came near its end: the days between the first warning and the end."""
    last = bot.truth.start + timedelta(days=bot.diary[-1].day)
    for given in bot.given:
        ends = end_of_consent(given)
        days = [day for run in bot.diary if run.consent and given <= (day := _day(bot, run)) < ends]
        if ends <= last:
            yield (ends - min(days, default=ends)).days


def _lapses(bot: Bot) -> Iterator[Cause]:
    """The ends of consents that were renewed too late, from the first run after each."""
    for given, again in pairwise(bot.given):
        ended = _number(bot, end_of_consent(given))
        if _number(bot, again) > ended:
            first = next(run.day for run in bot.diary if run.day >= ended)
            yield Cause("a consent has ended", first, first + 1, "refresh token|consent")


def _halved(bot: Bot, days: int) -> Iterator[Cause]:
    """The times of a halved quota, from the first run that spends it; some days need few requests.

    A time in which no run spends it is a cause that nobody tells of.
    """
    for found in incidents(days):
        if found.kind == Kind.QUOTA:
            spent = next((run.day for run in bot.diary if found.is_on(run.day) and run.refused), found.first)
            yield Cause(found.kind, spent, spent + 1, "quota")


def _day(bot: Bot, run: Run) -> date:
    return bot.truth.start + timedelta(days=run.day)


def _unserved(bot: Bot, days: int) -> Iterator[tuple[int, str]]:
    """For each playlist, the most days in a row without a look though Spotify had it and no consent was missing."""
    served: list[set[str]] = [set() for _ in range(days)]
    for run in bot.diary:
        served[run.day] |= run.served
    for name, life in bot.truth.lives.items():
        longest = current = 0
        for day in range(life.joins, days):
            current = 0 if name in served[day] or life.gone(day) else current + 1
            longest = max(longest, current)
        yield longest, life.kind


def _alarms(bot: Bot, days: int) -> dict[int, str]:
    """Runs that opened or kept an issue on a day on which nothing was the matter."""
    matters = [(found.first, found.last + _AFTERWARDS_DAYS) for found in incidents(days)]
    matters += [(_number(bot, end_of_consent(given)), _number(bot, again)) for given, again in pairwise(bot.given)]
    causeless = (run for run in bot.diary if run.alert and not any(first <= run.day <= last for first, last in matters))
    return {run.day: run.alert.partition("\n\n")[2][:200] for run in causeless}


def _number(bot: Bot, day: date) -> int:
    return (day - bot.truth.start).days
