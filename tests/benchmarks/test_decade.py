"""Two years of a bot, with everything that goes wrong in ten; and that the judge of it sees what is wrong."""

import json
from pathlib import Path
from typing import Final

import pytest

from benchmarks.decade.bot import Bot
from benchmarks.decade.calendar import Kind, incidents
from benchmarks.decade.judge import judge
from benchmarks.decade.lives import CYCLE, Truth
from benchmarks.worlds import START
from playlist_archive.archive import layout
from playlist_archive.archive.ids import parse_playlist_id

PLAYLISTS: Final = 7
SONGS: Final = 300
"""Of the longest list after ten years, and of what editors draw on."""

WEEKS: Final = 25
"""Days, with the first outage among them."""


def lived(root: Path, days: int) -> Bot:
    truth = Truth(START, PLAYLISTS, pool=SONGS, longest=SONGS)
    bot = Bot(root / "archive", truth, days, commits_every=180, spares=True)
    for day in range(days):
        bot.live(day)
    bot.repository.push()
    return bot


@pytest.mark.no_cover  # it runs nothing that other tests do not, and would take twice as long
@pytest.mark.proof
def test_two_years_leave_what_was_true_and_keep_nothing_to_themselves(tmp_path: Path) -> None:
    verdict = judge(lived(tmp_path, CYCLE), CYCLE)

    assert verdict.wrong == ()
    assert verdict.alarms == {}
    assert verdict.warned >= 27  # 30, and the days on which a sparing bot does not run
    assert verdict.lists > CYCLE * (PLAYLISTS - 2)
    assert {found.kind for found in incidents(CYCLE)} == set(Kind)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return lived(tmp_path_factory.mktemp("short"), WEEKS)


def test_some_weeks_are_as_they_were(short: Bot) -> None:
    assert judge(short, WEEKS).wrong == ()


def test_the_judge_sees_a_list_that_never_was(short: Bot) -> None:
    name = short.truth.ids()[3]
    other = Truth(START, PLAYLISTS, pool=SONGS // 2, longest=SONGS)
    true, short.truth = short.truth, other
    try:
        wrong = judge(short, WEEKS).wrong
    finally:
        short.truth = true

    assert any("is not on" in sentence for sentence in wrong)
    assert not any(name in sentence for sentence in wrong)


def test_the_judge_sees_a_lost_song_a_wrong_day_and_an_old_page(short: Bot) -> None:
    name = parse_playlist_id(short.truth.ids()[0])
    path = short.root / layout.data(name)
    text = path.read_text(encoding="utf-8")
    record = json.loads(text)
    lost, late, *_ = record["removed"]
    record["removed"] = [{**late, "removed": "2030-01-01"}, *record["removed"][2:]]
    path.write_text(json.dumps(record), encoding="utf-8")
    try:
        wrong = judge(short, WEEKS).wrong
    finally:
        path.write_text(text, encoding="utf-8")

    assert any(lost["uri"] in sentence and "left on None" in sentence for sentence in wrong)
    assert any(late["uri"] in sentence and "2030-01-01" in sentence for sentence in wrong)
    assert any("is not as it would be made today" in sentence for sentence in wrong)


def test_the_judge_sees_what_nobody_was_told(short: Bot) -> None:
    diary = short.diary
    short.diary = [run._replace(alert="", told="") for run in diary]
    try:
        wrong = judge(short, WEEKS).wrong
    finally:
        short.diary = diary

    assert any(Kind.OUTAGE in sentence for sentence in wrong)
