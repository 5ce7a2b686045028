"""The command `site`: makes the website of the archive, as files or served on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ..exit_code import ExitCode
from ..git.repository import Git
from ..render.text import counted
from ..run.linked import linked_repository
from ..settings import read_settings
from ..website.build import Built, Watches, build, site_of
from ..website.output import OutputError
from ..website.serve import Fresh, listening
from .screen import ArchiveRoot, err, out
from .watching import building, reading_versions


def site(
    *,
    folder: Annotated[Path, typer.Option("--out", help="The folder to write to.", metavar="DIR")] = Path("_site"),
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the website on this computer, always up to date.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, metavar="N", help="The port for --serve; 0 means any free port.")
    ] = 8800,
    root: ArchiveRoot = Path(),
) -> int:
    """Make a website and feeds from the archive."""
    settings = read_settings()
    shared = site_of(settings, linked_repository(settings, Git(root)))

    def built() -> Built:
        return build(root, folder, shared, Watches(reading_versions, building))

    try:
        return _serve(root, folder, port, shared.base, built) if serve else _write(folder, built())
    except OutputError as error:
        raise typer.BadParameter(str(error), param_hint="--out") from error


def _write(folder: Path, built: Built) -> int:
    code = _print(folder, built)
    out.print("Days, comparisons and the search need a web server: `playlist-archive site --serve` is one.")
    return code


def _print(folder: Path, built: Built) -> int:
    for problem in built.problems:
        err.print(f"error: {problem}")
    for what in built.left_out:
        out.print(f"left out, since the website would be too large: {what}")
    if built.is_too_large:
        err.print("error: the website is too large for GitHub Pages, whatever is left out")
    megabytes = sum(built.sizes.values()) / 1_000_000
    files = f"{built.written} files written, {built.deleted} deleted"
    out.print(f"{counted(built.playlists, 'playlist')}, {megabytes:,.1f} MB; {files}: open {folder / 'index.html'}")
    return ExitCode.PARTIAL if built.problems or built.is_too_large else ExitCode.DONE


def _serve(root: Path, folder: Path, port: int, base: str, build: Callable[[], Built]) -> int:
    fresh = Fresh(root, lambda: _print(folder, build()))
    fresh()
    try:
        with listening(folder, port, fresh, base=base) as server:
            out.print(f"http://127.0.0.1:{server.server_port}/ (stop it with Ctrl-C)")
            server.serve_forever()
    except OSError as error:
        raise typer.BadParameter(f"port {port} cannot be used ({error.strerror})", param_hint="--port") from error
    except KeyboardInterrupt:
        out.print("stopped")
    return ExitCode.DONE
