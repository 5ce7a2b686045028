"""`alert` and `propose`: what the workflows call besides `update` and `check`. Both speak to GitHub through `gh`."""

from pathlib import Path
from typing import Annotated

import typer

from .. import alert as alerts
from ..outcome import ExitCode, read_result
from ..settings import read_settings
from ..untrusted import for_log
from ..wish import WishError, grant
from .screen import Root, err, out


def alert(
    *,
    result_file: Annotated[Path, typer.Option("--result", help="What `update --result` wrote, if it came so far.")],
) -> int:
    """Open, update or close the issue that tells what is wrong with the archive."""
    settings = read_settings()
    found = {
        alerts.FAILURE: alerts.of_run(read_result(result_file), run_url=settings.run_url()),
        alerts.CONSENT: alerts.of_consent(settings.spotify_authorized_on, today=settings.today()),
    }
    for label, what in found.items():
        if done := alerts.show(label, what):
            out.print(done)
    return ExitCode.DONE


def propose(
    *,
    event: Annotated[Path, typer.Option(envvar="GITHUB_EVENT_PATH", help="The file in which GitHub tells the event.")],
    root: Root = Path(),
) -> int:
    """Open a pull request for the playlist that an issue asks for."""
    try:
        out.print(f"opened {grant(root, event)}")
    except WishError as error:
        err.print(f"error: {for_log(str(error))}")
        return ExitCode.USAGE
    return ExitCode.DONE
