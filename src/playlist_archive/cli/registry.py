"""The commands `register` and `check`."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..archive.ids import PlaylistId, parse_reference
from ..archive.layout import REGISTRY, registry_entry
from ..archive.registry import Registry, check_alias, check_entries, read_registry
from ..archive.store import Store
from ..bot import check as verdict
from ..bot.proposal import Proposal, read_proposal
from ..exit_code import ExitCode
from ..report import annotations, console
from ..settings import Settings, read_settings
from ..spotify.errors import SpotifyError
from ..untrusted import for_log
from .screen import Root, can_ask, err, out, write_aside

if TYPE_CHECKING:
    from ..account.library import Listing


def register(
    playlists: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Links, spotify:playlist: URIs or ids.")
    ] = None,
    *,
    alias: Annotated[
        str | None, typer.Option(metavar="NAME", help="The name to show instead of Spotify's name.")
    ] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="Choose from your own and your collaborative playlists.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="With --mine: choose all of them.")] = False,
    public: Annotated[bool, typer.Option("--public", help="With --mine: choose the public ones.")] = False,
    root: Root = Path(),
) -> int:
    """Add playlists to the registry."""
    if mine == bool(playlists) or ((every or public) and not mine) or (every and public):
        raise typer.BadParameter("name playlists, or use --mine, with --all or --public if you like")
    if alias is not None and (mine or len(playlists or ()) > 1):
        raise typer.BadParameter("--alias goes with one playlist")
    try:
        ids = _mine(root, every=every, public=public) if mine else [parse_reference(text) for text in playlists or ()]
        line = f"{checked}\n" if (checked := check_alias(alias or "")) else ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return _add(root, ids, line, rename=alias is not None)


def _add(root: Path, playlists: Iterable[PlaylistId], line: str, *, rename: bool) -> int:
    """Writes the missing entries; with `rename` existing entries too."""
    store = Store(root)
    code: int = ExitCode.DONE
    registry = read_registry(root)
    problems = {problem.path: problem for problem in registry.problems}
    by_letters = {name.lower(): name for name in registry.named}
    with store.locked():
        for playlist_id in playlists:
            path = registry_entry(playlist_id)
            if (twin := by_letters.setdefault(playlist_id.lower(), playlist_id)) != playlist_id:
                code = ExitCode.PARTIAL
                err.print(
                    f"error: {playlist_id} differs from {twin} only in the case of letters: one of them is mistyped"
                )
            elif not os.path.lexists(root / path) or rename:
                store.write(path, line)
                out.print(f"registered {playlist_id}: {path}")
            elif problem := problems.get(path) or problems.get(REGISTRY):
                code = ExitCode.PARTIAL
                err.print(console.of_problem(problem))
            else:
                out.print(f"{playlist_id} is registered already")
        store.finish()
    return code


def _mine(root: Path, *, every: bool, public: bool) -> list[PlaylistId]:
    """The playlists that the user chooses among those not registered yet.

    Raises:
        ValueError: no option chooses, and nobody is there to answer.
    """
    from ..account.library import mine  # noqa: PLC0415 - only --mine asks Spotify

    registered = read_registry(root).named
    listings = mine(read_settings())
    new = [listing for listing in listings if listing.id not in registered]
    out.print(f"{len(listings)} playlists are yours or collaborative, {len(listings) - len(new)} of them registered.")
    if not new:
        return []
    err.print("What is registered in a public repository is there for everybody to read, private playlists too.")
    if every or public:
        return [listing.id for listing in new if every or listing.public]
    return _asked(new)


def _asked(listings: list["Listing"]) -> list[PlaylistId]:
    from ..account.library import chosen  # noqa: PLC0415 - the same

    for number, listing in enumerate(listings, start=1):
        out.print(f"{number:>4}  {listing.id}  {for_log(listing.name)}{_remarks(listing)}")
    if not can_ask():
        raise ValueError("nothing was added: choose with --all or --public, or run this on a terminal")
    while True:
        answer = typer.prompt("Which ones? Numbers such as 1 3-5, all, or nothing", default="", show_default=False)
        try:
            return [listings[number - 1].id for number in chosen(answer, len(listings))]
        except ValueError as error:
            err.print(f"{error}")


def _remarks(listing: "Listing") -> str:
    remarks = {
        "private": not listing.public,
        "collaborative": listing.collaborative,
        "somebody else's": not listing.owned,
    }
    told = ", ".join(remark for remark, is_so in remarks.items() if is_so)
    return f" ({told})" if told else ""


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Entries to check; all of registry/ by default.")
    ] = None,
    *,
    root: Root = Path(),
    base: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Check only what --root changes compared with this checkout.",
        ),
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="Ask Spotify's public site for the titles.")] = False,
) -> int:
    """Check the files in the registry."""
    settings = read_settings()
    proposal = read_proposal(root, base) if base else None
    registry = proposal.entries if proposal else _registry(paths, root)
    found = _titles(settings, registry) if online else {}
    for problem in registry.problems:
        err.print(console.of_problem(problem))
    for line in _lines(registry, proposal, found):
        out.print(line)
    if settings.github_actions:
        for line in _annotations(registry, proposal, found):
            out.print(line)
    if proposal and settings.github_step_summary:
        write_aside(Path(settings.github_step_summary), verdict.summary(proposal, found), append=True)
    out.print(f"{len(registry.aliases)} good entries, {len(registry.problems)} bad")
    return ExitCode.PARTIAL if registry.problems else ExitCode.DONE


def _titles(settings: Settings, registry: Registry) -> verdict.Titles:
    """The titles. They are optional: if Spotify cannot be asked, the check goes on and prints the reason."""
    from ..connect import titles  # noqa: PLC0415 - only --online asks Spotify

    try:
        return titles(settings, registry.aliases)
    except SpotifyError as error:
        err.print(f"the titles are not known: {error}")
        return {}


def _registry(paths: list[Path] | None, root: Path) -> Registry:
    return check_entries(paths, root) if paths else read_registry(root)


def _lines(registry: Registry, proposal: Proposal | None, found: verdict.Titles) -> list[str]:
    besides = console.of_other_files(proposal.removed, proposal.others) if proposal else []
    return besides + console.of_titles(registry, found)


def _annotations(registry: Registry, proposal: Proposal | None, found: verdict.Titles) -> list[str]:
    if proposal:
        return verdict.annotations(proposal, found)
    return annotations.capped([annotations.of_problem(problem) for problem in registry.problems])
