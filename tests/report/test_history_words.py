from datetime import date
from typing import Any

from hypothesis import given

from playlist_archive.archive.model import Named, Reason, Unavailable
from playlist_archive.history.answers import Basis, Change, Compared, DayText, Logged, Shown
from playlist_archive.history.compare import Difference, Event, TextChange, compare
from playlist_archive.history.timeline import Song, State, song_of
from playlist_archive.report import history as words
from playlist_archive.untrusted import UNPRINTABLE
from tests.builders import OWNER, playlist_id, track
from tests.hostile import texts

DAY = date(2026, 11, 2)
BASIS = Basis(day=DAY, commit="c" * 12, notes=("a note",))


def song(number: int, **facts: Any) -> Song:
    return song_of(track(number, **facts))


def state(*songs: Song, **facts: Any) -> State:
    given = {"playlist_id": playlist_id(), "day": DAY, "commit": None, "name": "Mine", "owner": OWNER, "tracks": songs}
    return State(**{**given, **facts})


def test_a_playlist_is_shown_with_its_heading_and_a_line_a_song() -> None:
    lost = Unavailable(since=DAY, reason=Reason.CLOSED)
    shown = Shown(state(song(1), song(2), description="Songs", likes=1, unavailable=lost), BASIS)
    assert list(words.shown_lines(shown)) == [
        "Mine",
        "Songs",
        "A Listener - 1 like - 2 songs - 6 min 3 sec",
        "Spotify stopped serving this playlist on 2026-11-02 (its contents are closed to this app)",
        "(as archived on 2026-11-02, commit cccccccccccc; a note)",
        "",
        "1. Song 1 -- Artist 1 -- Album 1 (3:01)",
        "2. Song 2 -- Artist 2 -- Album 2 (3:02)",
    ]


def test_an_alias_is_shown_instead_of_the_name_and_an_id_where_there_is_neither() -> None:
    assert next(words.shown_lines(Shown(state(alias="Alias"), BASIS))) == "Alias"
    assert next(words.shown_lines(Shown(state(name="\u202e"), BASIS))) == playlist_id()


def test_an_episode_is_told_with_its_show_and_a_nameless_song_by_its_identity() -> None:
    assert words.song_line(song(1, album=None, show=Named("s", "Show"))) == "Song 1 -- Artist 1 -- Show"
    assert words.song_line(song(1, name="", artists=(), album=None)) == song(1).uri


def test_a_difference_is_told_in_plain_words() -> None:
    before = state(song(1), song(2), song(3), song(4))
    after = state(song(3), song(1), song(2, name="Lied", duration_ms=1_000), song(5), name="Ours", owner=Named("o"))
    lines = list(words.diff_lines(Compared(Shown(before, BASIS, DAY), Shown(after, Basis()), compare(before, after))))
    assert lines == [
        "Ours",
        "from 2026-11-02 (as archived on 2026-11-02, commit cccccccccccc; a note)",
        "to now",
        "1 added, 1 removed, 1 moved, 1 corrected, renamed, another owner",
        "  * renamed: Mine → Ours",
        "  * another owner: A Listener → o",
        "  + Song 5 -- Artist 5 -- Album 5",
        "  - Song 4 -- Artist 4 -- Album 4",
        "  > Song 3 -- Artist 3 -- Album 3 (from 3 to 1)",
        "  ~ Lied -- Artist 2 -- Album 2 (before: Song 2, 3:02)",
    ]


def test_two_days_that_are_alike_say_so() -> None:
    shown = Shown(state(song(1)), BASIS, DAY)
    assert list(words.diff_lines(Compared(shown, shown, Difference())))[-1] == "nothing differs"


def event(day: date, difference: Difference, *, is_first: bool = False) -> Change:
    return Change(playlist_id(), Event(day=day, commit="c", title="Mine", difference=difference, is_first=is_first))


def told(logged: Logged[Change]) -> list[str]:
    """The lines that answer `log`."""
    changes = [DayText(change.event.day, words.change_text(change)) for change in logged.changes]
    return "".join(words.log_texts(Logged(changes, logged.basis))).removesuffix("\n").split("\n")


def test_a_log_has_a_heading_a_day_and_counts_the_songs_of_the_first() -> None:
    likes = Difference(texts=(TextChange("likes", None, 12_345),))
    changes = (event(date(2026, 11, 3), likes), event(DAY, Difference(added=(song(1), song(2))), is_first=True))
    assert told(Logged(changes, Basis(commit="c" * 12))) == [
        "(up to commit cccccccccccc)",
        "2026-11-03",
        "  Mine (likes)",
        "    * likes: nothing → 12,345",
        "2026-11-02",
        "  Mine (first archived with 2 songs)",
    ]


def test_a_log_without_changes_says_so() -> None:
    assert told(Logged((), Basis())) == ["nothing changed"]


@given(texts)
def test_no_line_holds_what_acts_on_a_terminal_or_in_a_log(text: str) -> None:
    one = song(1, name=text, artists=(Named("a", text),), album=Named("b", text))
    before, after = state(one), state(song(2, name=text), one, name=text, description=text, owner=Named(None, text))
    compared = Compared(Shown(before, BASIS, DAY), Shown(after, BASIS), compare(before, after))
    change = Change(playlist_id(), Event(day=DAY, commit=None, title=text, difference=compared.difference))
    lines = [*words.shown_lines(compared.after), *words.diff_lines(compared), *told(Logged((change,), BASIS))]
    assert not [line for line in lines if UNPRINTABLE.search(line) or "::" in line or "##[" in line]
