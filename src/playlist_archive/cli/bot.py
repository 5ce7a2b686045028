"""The commands `alert` and `propose`, which the workflows call. Both speak to GitHub through `gh`."""

from pathlib import Path
from typing import Annotated

import typer

from ..archive.registry import read_registry
from ..bot import alert as alerts
from ..bot import request as requests
from ..bot.request import RequestError
from ..exit_code import ExitCode
from ..github import GitHubError
from ..report import annotations
from ..report.words import Level
from ..run.shards import read_result
from ..settings import read_leniently
from .screen import Root, err, out


def alert(
    *,
    result_file: Annotated[
        Path, typer.Option("--result", metavar="FILE", help="The file from `update --result`; it may be missing.")
    ],
    root: Root = Path(),
) -> int:
    """Open, update or close the issue about failures.

    A failure of GitHub itself never fails this command.
    """
    settings, unset = read_leniently()
    result = read_result(result_file)
    failure = alerts.of_run(result, run_url=settings.run_url(), settings_problem=unset)
    consent = alerts.of_consent(settings.spotify_authorized_on, today=settings.today())
    _show(alerts.FAILURE, failure, may_close=alerts.is_whole(result, read_registry(root).aliases))
    _show(alerts.CONSENT, consent, may_close=settings.spotify_authorized_on is not None)
    return ExitCode.DONE


def _show(label: str, what: alerts.Alert | None, *, may_close: bool) -> None:
    try:
        out.print(alerts.show(label, what, may_close=may_close) or f"issue {label}: nothing to do")
    except GitHubError as error:
        err.error(error)
        out.print(annotations.of_sentence(Level.WARNING, f"the issue {label} is not up to date: {error}"))


def propose(
    *,
    event: Annotated[
        Path,
        typer.Option(envvar="GITHUB_EVENT_PATH", metavar="FILE", help="The file in which GitHub describes the event."),
    ],
    root: Root = Path(),
) -> int:
    """Open a pull request for a requested playlist."""
    settings, _ = read_leniently()
    try:
        out.print(requests.propose(root, event, repository_url=settings.repository_url()))
    except RequestError as error:
        err.error(error)
        requests.answer(error)
        return ExitCode.USAGE
    return ExitCode.DONE
