"""The commands `show`, `diff` and `log`."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.table import Table

from ..exit_code import ExitCode
from ..export import shapes, tables
from ..export.tables import Format
from ..history.answers import Change, Compared, DayText, History, KeptT, Logged, NoHistoryError, Shown
from ..history.compare import Difference
from ..history.days import UNDERSTOOD, DayError, parse_day
from ..history.names import UnknownError, find_playlist, parse_song
from ..render.text import counted, length
from ..report import history as words
from ..settings import read_settings
from .output import ALL_FORMATS, add_row, chosen_format, format_option, joined, new_table, print_table, print_text
from .screen import ArchiveRoot, err, out
from .watching import reading_versions

Playlist = Annotated[
    str,
    typer.Argument(metavar="ID", help="A link, a spotify:playlist: URI, an id, or a name that only one playlist has."),
]

_QUICKEST: Final = 1
"""The level of zlib."""

_Days = tuple[str | None, str | None]

_FOR_DIFFERENCES: Final = frozenset({Format.TABLE, Format.PLAIN, Format.JSON, Format.CSV})


class _Form(NamedTuple):
    """How a format writes a change, and the whole answer of `log`."""

    change_text: Callable[[Change], str]
    log_texts: Callable[[Logged[DayText]], Iterator[str]]


_FORMS: Final = {
    Format.PLAIN: _Form(words.change_text, words.log_texts),
    Format.JSON: _Form(shapes.change_text, shapes.log_texts),
    Format.CSV: _Form(tables.change_text, tables.log_texts),
}


class _Packed(NamedTuple):
    """The text of a change, compressed, since a large archive has many changes."""

    day: date
    text: bytes


def show(
    playlist: Playlist,
    *,
    at: Annotated[str | None, typer.Option(metavar="DAY", help=f"Show the end of this day: {UNDERSTOOD}.")] = None,
    written: Annotated[Format | None, format_option(ALL_FORMATS)] = None,
    root: ArchiveRoot = Path(),
) -> int:
    """Show a playlist as it is, or as it was."""
    shown = _shown(root, playlist, at)
    texts: dict[Format, Callable[[], str]] = {
        Format.JSON: lambda: shapes.json_text(shapes.shown_shape(shown)) + "\n",
        Format.CSV: lambda: tables.songs_csv(shown.state.tracks),
        Format.LINKS: lambda: tables.links(shown.state.tracks),
        Format.M3U: lambda: tables.m3u(shown.state),
        Format.XSPF: lambda: tables.xspf(shown.state),
        Format.PLAIN: lambda: joined(words.shown_lines(shown)),
    }
    chosen = chosen_format(written)
    if chosen == Format.TABLE:
        print_table(words.heading(shown), _songs(shown))
    else:
        print_text(texts[chosen]())
    _say_beside(chosen, shown)
    return ExitCode.DONE


def diff(
    playlist: Playlist,
    first: Annotated[str, typer.Argument(metavar="DAY", help=f"The end of this day: {UNDERSTOOD}.")],
    second: Annotated[str | None, typer.Argument(metavar="DAY", help="The end of this day; now by default.")] = None,
    *,
    written: Annotated[Format | None, format_option(_FOR_DIFFERENCES)] = None,
    root: ArchiveRoot = Path(),
) -> int:
    """Compare two days of a playlist, or a day and now."""
    chosen = chosen_format(written, among=_FOR_DIFFERENCES)
    compared = _compared(root, playlist, first, second)
    match chosen:
        case Format.TABLE:
            print_table(words.diff_heading(compared), _differing(compared.difference))
        case Format.JSON:
            print_text(shapes.json_text(shapes.compared_shape(compared)) + "\n")
        case Format.CSV:
            print_text(tables.difference_csv(compared))
        case _:
            print_text(joined(words.diff_lines(compared)))
    return ExitCode.DONE


def log(
    playlists: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Links, URIs, ids or names; all playlists by default."),
    ] = None,
    *,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Start with this day.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="End with this day.")] = None,
    song: Annotated[
        str | None,
        typer.Option("--follow-song", metavar="URI", help="Follow one song through all playlists."),
    ] = None,
    written: Annotated[Format | None, format_option(_FOR_DIFFERENCES)] = None,
    root: ArchiveRoot = Path(),
) -> int:
    """List the changes by day, newest first."""
    chosen = chosen_format(written, among=_FOR_DIFFERENCES)
    asked = (playlists or (), (since, until), song)
    if chosen == Format.TABLE:
        cells = _logged(root, _cells, *asked)
        print_table(words.basis_lines(cells.basis), _changes(cells))
    else:
        form = _FORMS[chosen]
        packed = _logged(root, partial(_packed, form.change_text), *asked)
        out.write(form.log_texts(_unpacked(packed)))
    return ExitCode.DONE


def _compared(root: Path, playlist: str, first: str, second: str | None) -> Compared:
    with _sentences():
        return History(root, reading_versions).diff(
            find_playlist(root, playlist), _day(first), _day(second) if second is not None else None
        )


def _shown(root: Path, playlist: str, at: str | None) -> Shown:
    with _sentences():
        return History(root, reading_versions).show(find_playlist(root, playlist), _day(at) if at is not None else None)


def _logged(
    root: Path, keep: Callable[[Change], KeptT], playlists: Iterable[str], days: _Days, song: str | None
) -> Logged[KeptT]:
    with _sentences():
        first, last = _days(*days)
        return History(root, reading_versions).log(
            keep,
            [find_playlist(root, text) for text in playlists],
            since=first,
            until=last,
            song=None if song is None else parse_song(song),
        )


def _packed(text_of: Callable[[Change], str], change: Change) -> _Packed:
    return _Packed(change.event.day, zlib.compress(text_of(change).encode(), _QUICKEST))


def _unpacked(packed: Logged[_Packed]) -> Logged[DayText]:
    changes = (DayText(change.day, zlib.decompress(change.text).decode()) for change in packed.changes)
    return Logged(changes, packed.basis)


def _cells(change: Change) -> tuple[str, str, str]:
    return str(change.event.day), words.change_title(change), words.change_counts(change)


@contextmanager
def _sentences() -> Iterator[None]:
    """Turns unknown or unclear arguments into errors of the command's arguments."""
    try:
        yield
    except (UnknownError, NoHistoryError, DayError) as error:
        raise typer.BadParameter(str(error)) from error


def _days(since: str | None, until: str | None) -> tuple[date, date]:
    first = date.min if since is None else _day(since)
    last = date.max if until is None else _day(until)
    if first > last:
        msg = f"--since {first} is later than --until {last}: exchange the two"
        raise DayError(msg)
    return first, last


def _day(text: str) -> date:
    return parse_day(text, today=read_settings().today())


def _say_beside(chosen: Format, shown: Shown) -> None:
    """Prints the basis of an answer on standard error, if the format has no place for it."""
    if chosen not in {Format.TABLE, Format.PLAIN, Format.JSON}:
        for line in words.basis_lines(shown.basis):
            err.print(line)
        if chosen == Format.LINKS and (unlinked := tables.without_link(shown.state.tracks)):
            err.print(f"{counted(len(unlinked), 'song')} without a link at Spotify left out:")
            for song in unlinked:
                err.print(f"  {words.song_line(song)}")


def _songs(shown: Shown) -> Table:
    table = new_table("No.", "Title", "Artist(s)", "Album", "Length")
    for number, song in enumerate(shown.state.tracks, start=1):
        add_row(table, str(number), words.title(song), words.artists(song), words.album(song), length(song.duration_ms))
    return table


def _differing(difference: Difference) -> Table:
    table = new_table("", "Title", "Artist(s)", "Album")
    for change in difference.texts:
        add_row(table, "*", words.text_line(change), "", "")
    for sign, songs in (("+", difference.added), ("-", difference.removed)):
        for song in songs:
            add_row(table, sign, words.title(song), words.artists(song), words.album(song))
    for moved in difference.moved:
        title = f"{words.title(moved.song)} (from {moved.from_position} to {moved.to_position})"
        add_row(table, ">", title, words.artists(moved.song), words.album(moved.song))
    for changed in difference.changed:
        add_row(table, "~", words.changed_line(changed), "", "")
    return table


def _changes(logged: Logged[tuple[str, str, str]]) -> Table:
    table = new_table("Day", "Playlist", "What changed")
    for cells in logged.changes:
        add_row(table, *cells)
    return table
