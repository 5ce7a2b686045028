"""Ten years, unattended: 3,650 days, two runs a day, on virtual time and without sockets (docs/scale.md, "Ten years").

`lives.py` is the truth, `calendar.py` what goes wrong and when, `bot.py` lives through it with the program itself,
`repository.py` commits, `judge.py` compares what is archived with the truth, `yearly.py` measures.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ..worlds import START, Row
from .bot import Bot
from .judge import Verdict, judge
from .lives import MOST, POOL, Truth
from .yearly import YEAR, Year, rows_of, year_of

COMMITS_EVERY: Final = 60
"""Runs of which one commits and pushes as the program does; all are committed."""


def measure(years: int = 10, playlists: int = MOST, *, endless: bool = False, sparing: bool = False) -> list[Row]:
    """Lives so many years with so many playlists; a row for each figure, then one for all that is wrong.

    With `endless`, no song of an editor ever returns. A `sparing` bot runs once in four days while all is well.
    """
    with TemporaryDirectory(prefix="playlist-archive-decade-") as folder:
        truth = Truth(START, playlists, pool=None if endless else POOL)
        bot, measured = lived(Path(folder), truth, years, sparing=sparing)
        verdict = judge(bot, years * YEAR)
    return [*rows_of(measured), *_judged(verdict)]


def lived(folder: Path, truth: Truth, years: int, *, sparing: bool) -> tuple[Bot, list[Year]]:
    """A bot after so many years, and what each of them took."""
    bot = Bot(folder / "archive", truth, years * YEAR, commits_every=COMMITS_EVERY, spares=sparing)
    measured = []
    for year in range(years):
        for day in range(year * YEAR, (year + 1) * YEAR):
            bot.live(day)
        bot.repository.push()
        measured.append(year_of(bot, year, is_sized=year in (0, years - 2, years - 1)))
        print(f"year {year + 1}: {measured[-1]}", file=sys.stderr, flush=True)
    return bot, measured


def _judged(verdict: Verdict) -> list[Row]:
    longest, which = verdict.unserved
    figures = {
        "lists compared with the truth, a day each": verdict.lists,
        "songs that left, compared": verdict.left,
        "causes that had to be told": verdict.causes,
        "… and opened an issue, not the summary alone": verdict.issues,
        "days from the first warning to the end of a consent, at least": verdict.warned,
        f"days a list was not archived though it was there, at most ({which})": longest,
        "days with an issue without a cause": len(verdict.alarms),
        "wrong": len(verdict.wrong),
    }
    texts = [*verdict.wrong[:20], *(f"day {day}: {text}" for day, text in [*verdict.alarms.items()][:10])]
    return [_row(name, value) for name, value in figures.items()] + [_row(text, None) for text in texts]


def _row(name: str, whole: object) -> Row:
    return {"ten years": name, "first year": None, "last year": None, "whole": whole}
