"""Judges the doubtful playlists after all were read. Believed answers are written, and others are remembered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import partial
from typing import Final, NamedTuple

from ..archive import layout
from ..archive.compare import compared, is_many, newcomers, strangers
from ..archive.doubt import Doubt, Sign, Suspect, digest_of_reason, signs
from ..archive.doubted import doubted_text, read_doubted
from ..archive.formats import NewerFormatError
from ..archive.ids import PlaylistId
from ..archive.judgement import RESTLESS_DAYS, SUSPECT_FROM, Judgement, judge
from ..archive.store import RecordError, Store
from ..outcome import SERVED, Kind, Outcome, Result
from ..problem import Note, note_of
from .keep import Keeper, failing_alone

_RESTLESS: Final = Note(
    f"it was not believed on {RESTLESS_DAYS} days in a row, and is another one every day, so it is believed as it is"
)

_LATER: Final = (
    "a run that is at least six hours later, or of a later day, and sees the same believes it, "
    "`update --believe` does at once"
)

_NOT_ASKED: Final = frozenset({Kind.FAILED, Kind.SKIPPED})


def settle(keeper: Keeper, result: Result, *, believes: bool) -> Result:
    """The result after each suspect was written, or doubted and left as it was. A run that `believes` doubts none.

    Raises:
        StoreError: a file cannot be written.
    """
    return _Settlement(keeper, result).of(believes=believes)


class Remembered(NamedTuple):
    """The earlier doubts, and the trouble with their file. `refusal` is the reason why the run must not write."""

    doubts: Mapping[PlaylistId, Doubt]
    trouble: Note | None = None
    refusal: Note | None = None


def remembered(store: Store) -> Remembered:
    """The earlier doubts. If a newer program wrote them, their meaning is unknown, so the run is refused."""
    try:
        text = store.read(layout.DOUBTED)
        return Remembered(read_doubted(text) if text is not None else {})
    except NewerFormatError as error:
        return Remembered({}, refusal=error.note)
    except (RecordError, ValueError) as error:
        message = f"{layout.DOUBTED} cannot be read, so what was doubted is doubted anew ({note_of(error).message})"
        return Remembered({}, Note(message))


def moment(result: Result) -> datetime:
    """The day of a run with the time of Spotify's last answer; noon if Spotify does not give the time."""
    return datetime.combine(result.day, result.at.time() if result.at else time(12), UTC).replace(microsecond=0)


class _Settlement:
    def __init__(self, keeper: Keeper, result: Result) -> None:
        self._keeper = keeper
        self._result = result
        self._known, trouble, _ = remembered(keeper.store)
        self._troubles = [trouble] if trouble else []
        self._kept: dict[PlaylistId, Doubt] = {}
        self._taken_back: set[str] = set()

    def of(self, *, believes: bool) -> Result:
        lost = [_lost(outcome) for outcome in self._result.outcomes if outcome.lost]
        known = [*self._compared(len(lost)), *lost]
        served = len(self._answered() | {found.playlist_id for found in known if found.signs})
        at = moment(self._result)
        suspects = [*known, *self._newcomers()]
        judgement = judge(suspects, self._known, served=served, at=at, believes=believes)
        if judgement.is_run_doubted:
            doubted = [found for found in known if found.playlist_id in judgement.doubted]
            self._troubles.append(_of_run(doubted, served))
        by_id = {found.playlist_id: found for found in suspects}
        outcomes = tuple(
            self._settled(outcome, by_id.get(outcome.id), judgement, at) for outcome in self._result.outcomes
        )
        self._remember(judgement)
        troubles = (*self._result.troubles, *self._troubles)
        written = tuple(path for path in self._result.written if path not in self._taken_back)
        return self._result._replace(outcomes=outcomes, troubles=troubles, written=written, suspects=())

    def _answered(self) -> set[PlaylistId]:
        """The playlists that were served until now and were answered today, with any answer."""
        return {o.id for o in self._result.outcomes if o.lost or (o.was_served and o.kind in SERVED)}

    def _compared(self, lost: int) -> list[Suspect]:
        """The suspects, with signs from other lists. Those are read only if they can matter."""
        suspects = self._result.suspects
        many = len(suspects) + lost
        answered = self._answered() | {found.playlist_id for found in suspects}
        if many < SUSPECT_FROM or many * 2 <= len(answered):
            return list(suspects)
        store = self._keeper.store
        new = {found.playlist_id: found_new for found in suspects if (found_new := _strangers(store, found))}
        others = ((playlist_id, store.songs(playlist_id)) for playlist_id in self._keeper.registry.aliases)
        before = {found.playlist_id: store.songs(found.playlist_id) for found in suspects}
        return compared(suspects, new, others, before)

    def _newcomers(self) -> list[Suspect]:
        created = {outcome.id: outcome.digest for outcome in self._result.of(Kind.CREATED) if outcome.digest}
        return newcomers(created, self._result.suspects)

    def _settled(self, outcome: Outcome, suspect: Suspect | None, judgement: Judgement, at: datetime) -> Outcome:
        if suspect is None:
            return outcome
        is_doubted = outcome.id in judgement.doubted
        if outcome.lost:
            return outcome if is_doubted else self._marked(outcome, judgement)
        if outcome.kind == Kind.CREATED:
            return failing_alone(outcome.id, partial(self._taken, outcome, suspect)) if is_doubted else outcome
        if is_doubted:
            return _doubted(outcome, suspect)
        return failing_alone(outcome.id, partial(self._believed, suspect, judgement, at))

    def _taken(self, outcome: Outcome, suspect: Suspect) -> Outcome:
        """The outcome of a new playlist that was written at once and is not believed. Its files are removed."""
        self._taken_back |= self._keeper.take_back(outcome.id)
        return _doubted(outcome, suspect)._replace(added=0)

    def _marked(self, outcome: Outcome, judgement: Judgement) -> Outcome:
        def mark() -> Outcome:
            assert outcome.lost is not None  # noqa: S101 - for the type checker: only the lost come here
            self._keeper.mark(outcome.id, outcome.lost, since=judgement.since.get(outcome.id))
            return outcome._replace(marked=True)

        marked = failing_alone(outcome.id, mark)
        if marked.kind == Kind.FAILED:
            self._troubles.extend([marked.note] if marked.note else [])
            return outcome
        return marked

    def _believed(self, suspect: Suspect, judgement: Judgement, at: datetime) -> Outcome:
        """Writes the believed playlist. If the record still differs from the answer, the doubt stays as believed."""
        assert suspect.snapshot is not None  # noqa: S101 - for the type checker: what is lost has no outcome here
        record = self._keeper.store.record(suspect.playlist_id)
        outcome = self._keeper.keep(record, suspect.snapshot, since=judgement.since.get(suspect.playlist_id))
        after = self._keeper.store.record(suspect.playlist_id) if suspect.signs else None
        if restless := judgement.restless.get(suspect.playlist_id):
            self._kept[suspect.playlist_id] = restless
            is_first = len(restless.days) == RESTLESS_DAYS + 1 and restless.days[-1] == at.date()
            return outcome._replace(note=_RESTLESS) if is_first else outcome
        if suspect.playlist_id in judgement.since and after and signs(after, suspect.snapshot):
            doubt = self._known.get(suspect.playlist_id)
            is_same = doubt is not None and doubt.digest == suspect.digest
            new = Doubt(suspect.playlist_id, at, suspect.signs[-1], suspect.digest, (at.date(),))
            self._kept[suspect.playlist_id] = doubt if doubt and is_same else new
        return outcome

    def _remember(self, judgement: Judgement) -> None:
        """Writes the file of doubts: today's doubts, and earlier doubts of playlists without an answer today."""
        told = {outcome.id for outcome in self._result.outcomes if outcome.kind not in _NOT_ASKED}
        registered = self._keeper.registry.aliases
        older = {name: doubt for name, doubt in self._known.items() if name not in told and name in registered}
        doubts = {**older, **self._kept, **judgement.doubted}
        store = self._keeper.store
        if doubts:
            store.write(layout.DOUBTED, doubted_text(doubts.values()))
        elif store.exists(layout.DOUBTED):
            store.remove(layout.DOUBTED)


def _doubted(outcome: Outcome, suspect: Suspect) -> Outcome:
    return outcome._replace(kind=Kind.DOUBTED, note=doubted_note(suspect.signs))


def doubted_note(found: Iterable[Sign]) -> Note:
    """The note on one playlist that is not believed."""
    message = f"it is not believed and stays as it was, since {', and '.join(found)}"
    return Note(message, _LATER)


def _of_run(doubted: Sequence[Suspect], served: int) -> Note:
    """The note on a run that is not believed."""
    seen = Counter(str(sign) for suspect in doubted for sign in suspect.signs)
    counts = "; ".join(f"{count} times: {sign}" for sign, count in seen.most_common())
    return Note(
        f"{len(doubted)} of {served} playlists are not believed today and stay as they were ({counts}); "
        "so many at once are likely a fault of Spotify's or of the app's",
        _LATER,
    )


def _lost(outcome: Outcome) -> Suspect:
    return Suspect(outcome.id, None, (Sign.NOT_SERVED,), digest_of_reason(str(outcome.lost)))


def _strangers(store: Store, suspect: Suspect) -> frozenset[str]:
    """The songs that are new to the list; empty if they are too few for a comparison."""
    if suspect.snapshot is None:
        return frozenset()
    try:
        new = strangers(store.record(suspect.playlist_id), suspect.snapshot)
    except RecordError:
        return frozenset()
    return new if is_many(new, suspect.snapshot) else frozenset()
