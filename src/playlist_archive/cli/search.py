"""The command `search`: finds songs by words."""

from pathlib import Path
from typing import Annotated, Final

import typer

from ..exit_code import ExitCode
from ..export import shapes, tables
from ..export.tables import Format
from ..history.found import Query, Searched
from ..history.names import UnknownError, find_playlist
from ..history.search import search as find
from ..report import history as words
from ..report.search import note_lines, search_lines, shown_presences
from .output import add_row, chosen_format, format_option, joined, new_table, print_table, print_text
from .screen import ArchiveRoot, err
from .watching import reading_records

_AT_MOST: Final = 100
_FORMATS: Final = frozenset({Format.TABLE, Format.PLAIN, Format.JSON, Format.CSV, Format.LINKS})


def search(
    text: Annotated[list[str], typer.Argument(metavar="WORDS", help="Words of the title, an artist or the album.")],
    *,
    playlist: Annotated[
        str | None, typer.Option(metavar="ID", help="Search only this playlist: link, URI, id or name.")
    ] = None,
    present: Annotated[bool, typer.Option("--present", help="Find only songs that are in a playlist now.")] = False,
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="Show at most N songs; 0 means no limit.")] = _AT_MOST,
    written: Annotated[Format | None, format_option(_FORMATS)] = None,
    root: ArchiveRoot = Path(),
) -> int:
    """Find songs in all playlists of all days."""
    chosen = chosen_format(written, among=_FORMATS)
    searched = _searched(root, " ".join(text), playlist, limit=limit, is_present=present)
    songs = [found.song for found in searched.found]
    match chosen:
        case Format.TABLE:
            _print_table(searched)
        case Format.JSON:
            print_text(shapes.json_text([shapes.found_shape(found) for found in searched.found]) + "\n")
        case Format.CSV:
            print_text(tables.found_csv(searched.found))
        case Format.LINKS:
            print_text(tables.links(songs))
        case _:
            print_text(joined(search_lines(searched)))
    for line in note_lines(searched):
        err.print(line)
    return ExitCode.DONE


def _searched(root: Path, text: str, playlist: str | None, *, limit: int, is_present: bool) -> Searched:
    try:
        playlist_id = find_playlist(root, playlist) if playlist else None
        return find(root, Query(text, playlist_id, is_present=is_present, limit=limit or None), reading_records)
    except UnknownError as error:
        raise typer.BadParameter(str(error)) from error


def _print_table(searched: Searched) -> None:
    table = new_table("Title", "Artist(s)", "Album", "Playlist", "Added", "Removed")
    for found in searched.found:
        song = found.song
        for cells in shown_presences(found):
            add_row(table, words.title(song), words.artists(song), words.album(song), *cells)
    print_table(() if searched.found else search_lines(searched), table)
