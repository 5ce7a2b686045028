"""`show`, `diff` and `log`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from ..export import shapes, tables
from ..export.tables import Format
from ..history.answers import Compared, History, Logged, NoHistoryError, Shown
from ..history.compare import Difference
from ..history.days import UNDERSTOOD, DayError, parse_day
from ..history.names import UnknownError, find_playlist, parse_song
from ..outcome import ExitCode
from ..render.text import counted, length
from ..report import history as words
from ..settings import read_settings
from .screen import Root, err, out

Playlist = Annotated[
    str, typer.Argument(metavar="ID", help="A link, a spotify:playlist: URI, an id, or a name that only one has.")
]
Written = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"{', '.join(Format)}; a table on a terminal, else plain.",
        show_default=False,
    ),
]

_FOR_DIFFERENCES: Final = frozenset({Format.TABLE, Format.PLAIN, Format.JSON, Format.CSV})


def show(
    playlist: Playlist,
    *,
    at: Annotated[str | None, typer.Option(metavar="DAY", help=f"As it was at the end of a day: {UNDERSTOOD}.")] = None,
    written: Written = None,
    root: Root = Path(),
) -> int:
    """Show a playlist as it is in the archive, or as it was."""
    shown = _shown(root, playlist, at)
    texts: dict[Format, Callable[[], str]] = {
        Format.JSON: lambda: shapes.json_text(shapes.shown_shape(shown)) + "\n",
        Format.CSV: lambda: tables.songs_csv(shown.state.tracks),
        Format.LINKS: lambda: tables.links(shown.state.tracks),
        Format.M3U: lambda: tables.m3u(shown.state),
        Format.XSPF: lambda: tables.xspf(shown.state),
        Format.PLAIN: lambda: _joined(words.shown_lines(shown)),
    }
    chosen = _chosen(written)
    if chosen == Format.TABLE:
        _print_table(words.heading(shown), _songs(shown))
    else:
        _print_text(texts[chosen]())
    _say_beside(chosen, shown)
    return ExitCode.DONE


def diff(
    playlist: Playlist,
    first: Annotated[str, typer.Argument(metavar="DAY", help=f"The end of this day: {UNDERSTOOD}.")],
    second: Annotated[
        str | None, typer.Argument(metavar="[DAY]", help="The end of this day; now when it is left out.")
    ] = None,
    *,
    written: Written = None,
    root: Root = Path(),
) -> int:
    """Show what differs in a playlist between two days, or between a day and now."""
    chosen = _chosen(written, among=_FOR_DIFFERENCES)
    compared = _compared(root, playlist, first, second)
    match chosen:
        case Format.TABLE:
            _print_table(words.diff_heading(compared), _differing(compared.difference))
        case Format.JSON:
            _print_text(shapes.json_text(shapes.compared_shape(compared)) + "\n")
        case Format.CSV:
            _print_text(tables.difference_csv(compared))
        case _:
            _print_text(_joined(words.diff_lines(compared)))
    return ExitCode.DONE


def log(
    playlists: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Links, URIs, ids or names; all playlists when there is none."),
    ] = None,
    *,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Only from this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Only up to this day.")] = None,
    song: Annotated[
        str | None,
        typer.Option("--follow-song", metavar="URI", help="Only what became of one song, in any playlist."),
    ] = None,
    written: Written = None,
    root: Root = Path(),
) -> int:
    """Tell what changed, by day, the newest first."""
    chosen = _chosen(written, among=_FOR_DIFFERENCES)
    logged = _logged(root, playlists or (), since, until, song)
    match chosen:
        case Format.TABLE:
            _print_table(words.basis_lines(logged.basis), _changes(logged))
        case Format.JSON:
            _print_text(shapes.json_text(shapes.logged_shape(logged)) + "\n")
        case Format.CSV:
            _print_text(tables.log_csv(logged))
        case _:
            _print_text(_joined(words.log_lines(logged)))
    return ExitCode.DONE


def _compared(root: Path, playlist: str, first: str, second: str | None) -> Compared:
    with _sentences():
        return History(root).diff(
            find_playlist(root, playlist), _day(first), _day(second) if second is not None else None
        )


def _shown(root: Path, playlist: str, at: str | None) -> Shown:
    with _sentences():
        return History(root).show(find_playlist(root, playlist), _day(at) if at is not None else None)


def _logged(root: Path, playlists: Iterable[str], since: str | None, until: str | None, song: str | None) -> Logged:
    with _sentences():
        return History(root).log(
            [find_playlist(root, text) for text in playlists],
            since=date.min if since is None else _day(since),
            until=date.max if until is None else _day(until),
            song=None if song is None else parse_song(song),
        )


@contextmanager
def _sentences() -> Iterator[None]:
    """What cannot be understood or is not known is a mistake in the command's arguments."""
    try:
        yield
    except (UnknownError, NoHistoryError, DayError) as error:
        raise typer.BadParameter(str(error)) from error


def _day(text: str) -> date:
    return parse_day(text, today=read_settings().today())


def _chosen(written: Format | None, *, among: frozenset[Format] = frozenset(Format)) -> Format:
    chosen = written or (Format.TABLE if out.is_terminal else Format.PLAIN)
    if chosen not in among:
        raise typer.BadParameter(f"--format here is one of {', '.join(sorted(among))}")
    return chosen


def _say_beside(chosen: Format, shown: Shown) -> None:
    """What an answer rests on, where the answer itself has no place for it."""
    if chosen not in {Format.TABLE, Format.PLAIN, Format.JSON}:
        for line in words.basis_lines(shown.basis):
            err.print(line)
        if chosen == Format.LINKS and (unlinked := tables.without_link(shown.state.tracks)):
            err.print(f"{counted(len(unlinked), 'song')} without a link at Spotify left out:")
            for song in unlinked:
                err.print(f"  {words.song_line(song)}")


def _print_text(text: str) -> None:
    out.print(Text(text), end="")


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _print_table(heading: Iterable[str], table: Table) -> None:
    for line in heading:
        out.print(line)
    if table.row_count:
        out.print(table, soft_wrap=False)


def _songs(shown: Shown) -> Table:
    table = _table("No.", "Title", "Artist(s)", "Album", "Length")
    for number, song in enumerate(shown.state.tracks, start=1):
        _row(table, str(number), words.title(song), words.artists(song), words.album(song), length(song.duration_ms))
    return table


def _differing(difference: Difference) -> Table:
    table = _table("", "Title", "Artist(s)", "Album")
    for change in difference.texts:
        _row(table, "*", words.text_line(change), "", "")
    for sign, songs in (("+", difference.added), ("-", difference.removed)):
        for song in songs:
            _row(table, sign, words.title(song), words.artists(song), words.album(song))
    for moved in difference.moved:
        title = f"{words.title(moved.song)} (from {moved.from_position} to {moved.to_position})"
        _row(table, ">", title, words.artists(moved.song), words.album(moved.song))
    for changed in difference.changed:
        _row(table, "~", words.changed_line(changed), "", "")
    return table


def _changes(logged: Logged) -> Table:
    table = _table("Day", "Playlist", "What changed")
    for change in logged.changes:
        _row(table, str(change.event.day), words.change_title(change), words.change_counts(change))
    return table


def _table(*headings: str) -> Table:
    return Table(*headings, box=SIMPLE_HEAD, pad_edge=False)


def _row(table: Table, *cells: str) -> None:
    table.add_row(*map(Text, cells))
