"""`register` and `check`."""

from pathlib import Path
from typing import Annotated

import typer

from .. import report
from ..layout import registry_entry
from ..outcome import ExitCode
from ..proposal import read_proposal
from ..registry import Registry, check_alias, check_entries, parse_reference, read_registry
from ..settings import read_settings
from ..spotify.oembed import titles
from ..store import Store
from .screen import Root, err, out


def register(
    playlists: Annotated[list[str], typer.Argument(help="Links, spotify:playlist: URIs, or ids.")],
    *,
    alias: Annotated[str | None, typer.Option(help="The name to show instead of Spotify's.")] = None,
    root: Root = Path(),
) -> int:
    """Add playlists to the registry."""
    if alias is not None and len(playlists) > 1:
        raise typer.BadParameter("--alias goes with one playlist")
    try:
        ids = [parse_reference(text) for text in playlists]
        line = f"{checked}\n" if (checked := check_alias(alias or "")) else ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    store = Store(root)
    for playlist in ids:
        path = registry_entry(playlist)
        if (root / path).exists() and alias is None:
            out.print(f"{playlist} is registered already")
            continue
        store.write(path, line)
        out.print(f"registered {playlist}: {path}")
    store.finish()
    return ExitCode.DONE


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Entries to check; all of registry/ when left out.")
    ] = None,
    *,
    root: Root = Path(),
    base: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Check what the checkout --root proposes to this one."),
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Ask Spotify's public site for the titles.")] = False,
) -> int:
    """Check that the entries of the registry are well-formed."""
    settings = read_settings()
    registry = _to_check(paths, root, base)
    found = titles(settings.spotify_oembed_url, registry.aliases) if online else {}
    lines = report.check_lines(registry, found)
    for problem in registry.problems:
        err.print(report.problem_line(problem))
    for line in lines:
        out.print(line)
    if settings.github_actions:
        for line in report.capped([report.problem_annotation(problem) for problem in registry.problems]):
            out.print(line)
    out.print(f"{len(registry.aliases)} good entries, {len(registry.problems)} bad")
    return ExitCode.PARTIAL if registry.problems else ExitCode.DONE


def _to_check(paths: list[Path] | None, root: Path, base: Path | None) -> Registry:
    if base is None:
        return check_entries(paths, root) if paths else read_registry(root)
    proposal = read_proposal(root, base)
    for line in report.proposal_lines(proposal.removed, proposal.others):
        out.print(line)
    return proposal.entries
