"""Results of runs, for tests of what is said of them."""

from datetime import date

from hypothesis import strategies as st

from playlist_archive.archive.registry import Problem
from playlist_archive.outcome import Kind, Outcome, Result
from playlist_archive.problem import Note
from tests.builders import playlist_id
from tests.hostile import texts

DAY = date(2026, 11, 23)


def outcome(number: int, kind: Kind = Kind.UPDATED, title: str = "Songs", **facts: object) -> Outcome:
    """What became of the playlist with this number; `facts` replace any field."""
    return Outcome(playlist_id(number), kind, title)._replace(**facts)  # type: ignore[arg-type]  # any field


def result(*outcomes: Outcome, **facts: object) -> Result:
    """A run of twelve requests; `facts` replace any field."""
    return Result(DAY, outcomes, problems=(), requests=12, written=())._replace(**facts)  # type: ignore[arg-type]  # any field


def changed(count: int, title: str = "Songs") -> list[Outcome]:
    """So many playlists with three songs more and one less."""
    return [outcome(number, title=title, added=3, removed=1) for number in range(1, count + 1)]


notes = st.builds(Note, texts, texts)
kinds = st.sampled_from(list(Kind))
outcomes = st.builds(
    Outcome,
    st.integers(1, 99).map(playlist_id),
    kinds,
    title=texts,
    added=st.integers(0, 9),
    removed=st.integers(0, 9),
    note=st.none() | notes,
    marked=st.booleans(),
)
problems = st.builds(Problem, texts, texts, texts, st.integers(1, 9))
results = st.builds(
    Result,
    st.just(DAY),
    st.lists(outcomes, max_size=6).map(tuple),
    st.lists(problems, max_size=3).map(tuple),
    st.just(1),
    st.just(()),
    ended=st.none() | notes,
    refused=st.none() | notes,
    troubles=st.lists(notes, max_size=2).map(tuple),
)
