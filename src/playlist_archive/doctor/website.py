"""Findings on the website: its address, and the workflow that publishes it. There are none if no website is wanted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..init.files import WORKFLOW
from ..settings import Settings
from .findings import Finding, Mark

_TOPIC: Final = "website"
_PUBLISHES: Final = "actions/deploy-pages@"


def findings(settings: Settings, root: Path) -> Iterator[Finding]:
    """The findings on the website, without asking GitHub."""
    if not (settings.site_enabled or settings.site_url):
        return
    if settings.website():
        once = "on GitHub, choose Settings > Pages > Source: GitHub Actions, once"
        yield Finding(_TOPIC, Mark.GOOD, f"the website is at {settings.website()}/; {once}")
    else:
        remedy = "set SITE_URL to its address: `export SITE_URL=https://…`"
        yield Finding(_TOPIC, Mark.NOTE, "SITE_ENABLED is set, and the address of the website is not known", remedy)
    if not _is_published(root):
        remedy = "add the two jobs that docs/website.md shows, or nothing publishes the website"
        yield Finding(_TOPIC, Mark.NOTE, f"{WORKFLOW} has no job that publishes a website", remedy, WORKFLOW)


def _is_published(root: Path) -> bool:
    """Whether the workflow publishes the website. True without a workflow, since other means may publish it."""
    try:
        return _PUBLISHES in (root / WORKFLOW).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return True
