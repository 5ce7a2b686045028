"""Findings on things that end: the runner's image, the schedule, the room for the repository and the website."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from ..ahead import (
    FAR_DAYS,
    IMAGES,
    MOST_BYTES,
    PAUSE_DAYS,
    QUIET_DAYS,
    RECOMMENDED_BYTES,
    SITE_BYTES,
    End,
    Size,
    consent_end,
    images,
    pause_day,
)
from ..git.growth import growth
from ..git.repository import Git, GitError
from ..init.files import WORKFLOW
from ..settings import Settings
from .findings import Finding, Mark

SOON_DAYS: Final = 90
"""An end that is at most so many days away gets a note (our choice)."""

SITE: Final = "_site"
"""The folder into which `playlist-archive site` puts the website."""

_MB: Final = 1_000_000
_SPLIT: Final = 'see "When to start a second repository" in docs/scale.md'


class Outlook(NamedTuple):
    """The facts from which the ends follow; None or empty if unknown.

    The growth of `site` is its size divided by the age of the archive. The real growth is smaller, since the first
    website was not empty.
    """

    today: date
    authorized_on: date | None = None
    images: tuple[str, ...] = ()
    last_commit: date | None = None
    repository: Size | None = None
    site: Size | None = None


def outlook(settings: Settings, root: Path) -> Outlook:
    """The facts that can be seen without a request. Facts that git refuses to tell are unknown."""
    git, today = Git(root), settings.today()
    workflow = root / WORKFLOW
    text = workflow.read_text(encoding="utf-8", errors="replace") if workflow.is_file() else ""
    try:
        last, grown = git.last_day() if git.exists() else None, growth(git, today)
    except (GitError, ValueError, KeyError):
        last, grown = None, None
    return Outlook(
        today,
        authorized_on=settings.spotify_authorized_on if settings.spotify_refresh_token else None,
        images=images(text),
        last_commit=last if text else None,
        repository=Size(grown.total, grown.a_day) if grown else None,
        site=_site(root / SITE, (today - grown.since).days if grown and grown.since else 0),
    )


def ends(found: Outlook) -> Iterator[End]:
    """All ends on a known day. The schedule is one of them only if the bot should have committed, and did not."""
    if found.authorized_on:
        yield End("Spotify ends the consent", consent_end(found.authorized_on))
    for image in found.images:
        if image in IMAGES:
            yield End(f"GitHub takes {image} away", IMAGES[image])
    if found.last_commit and (found.today - found.last_commit).days > QUIET_DAYS:
        yield End("GitHub stops the schedule", pause_day(found.last_commit))
    for size, limit, what in (
        (found.repository, RECOMMENDED_BYTES, "the repository reaches the 1 GB that GitHub recommends"),
        (found.repository, MOST_BYTES, "the repository reaches 5 GB"),
        (found.site, SITE_BYTES, "the website reaches 800 MB"),
    ):
        day = size.reaches(limit, today=found.today) if size and size.total < limit else None
        if day:
            yield End(what, day)


def findings(found: Outlook) -> Iterator[Finding]:
    """One finding per thing that ends. The findings on the consent are in `access.py`."""
    yield from (_image(image, found.today) for image in found.images)
    if found.last_commit:
        yield _pause(found.last_commit, found.today)
    yield _repository(found.repository, found.today)
    yield _website(found.site, found.today)


def _image(image: str, today: date) -> Finding:
    if image not in IMAGES:
        message = f"{image}: GitHub updates it by itself" if image.endswith("-latest") else f"{image}: no end is known"
        return Finding("image", Mark.GOOD, message)
    left = End(image, IMAGES[image]).days_left(today)
    message = f"{image}: about {_days(left)} left, until {IMAGES[image]}"
    remedy = f"write `ubuntu-latest` after `runs-on:` in {WORKFLOW}"
    return Finding("image", *((Mark.NOTE, message, remedy) if left <= SOON_DAYS else (Mark.GOOD, message)))


def _pause(last_commit: date, today: date) -> Finding:
    left = End("", pause_day(last_commit)).days_left(today)
    message = f"GitHub stops it {PAUSE_DAYS} days after the last commit: {_days(left)} left"
    if left < PAUSE_DAYS - QUIET_DAYS:
        remedy = "push a commit, and press *Enable workflow* under Actions if it says so"
        return Finding("pause", Mark.NOTE, message, remedy)
    return Finding("pause", Mark.GOOD, f"{message}, and the bot commits before")


def _repository(size: Size | None, today: date) -> Finding:
    if size is None:
        return Finding(
            "size", Mark.GOOD, "of the repository: not known if nothing is committed, or if older commits are missing"
        )
    message = f"the repository has {_megabytes(size)}"
    if size.total >= RECOMMENDED_BYTES:
        most = _until(size, MOST_BYTES, today)
        return Finding("size", Mark.NOTE, f"{message}, more than the 1 GB that GitHub recommends; 5 GB {most}", _SPLIT)
    if size.a_day is None:
        return Finding("size", Mark.GOOD, f"{message}, too new to tell when it reaches 1 GB")
    message = f"{message}: 1 GB {_until(size, RECOMMENDED_BYTES, today)}, 5 GB {_until(size, MOST_BYTES, today)}"
    day = size.reaches(RECOMMENDED_BYTES, today=today)
    is_soon = day is not None and (day - today).days <= SOON_DAYS
    return Finding("size", *((Mark.NOTE, message, _SPLIT) if is_soon else (Mark.GOOD, message)))


def _website(size: Size | None, today: date) -> Finding:
    if size is None:
        return Finding("website", Mark.GOOD, f"none in {SITE}: `playlist-archive site` builds it and tells its size")
    message = f"{_megabytes(size)} at most: 800 MB {_until(size, SITE_BYTES, today)} at the earliest"
    if size.total >= SITE_BYTES:
        remedy = "see what it leaves out in docs/website.md"
        return Finding("website", Mark.NOTE, f"{_megabytes(size)}: GitHub Pages takes 1 GB", remedy)
    return Finding("website", Mark.GOOD, message)


def _until(size: Size, limit: int, today: date) -> str:
    if size.a_day is None:
        return "not known yet"
    day = size.reaches(limit, today=today)
    return f"in more than {FAR_DAYS // 365} years" if day is None else f"in {_days((day - today).days)}"


def _megabytes(size: Size) -> str:
    rate = "" if size.a_day is None else f", {size.a_day / _MB:,.2f} MB a day"
    return f"{size.total / _MB:,.0f} MB{rate}"


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"


def _site(folder: Path, days: int) -> Size | None:
    """The size of the website in a folder, for an archive that is `days` days old; None if there is no website."""
    if not (folder / "index.html").is_file():
        return None
    total = sum(
        _bytes(os.path.join(place, name))  # noqa: PTH118 - there may be a hundred thousand
        for place, _, names in os.walk(folder)
        for name in names
    )
    return Size(total, total / days if days > 0 else None)


def _bytes(path: str) -> int:
    """The size of a file, of a link that of itself; 0 if a build has removed the file meanwhile."""
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0
