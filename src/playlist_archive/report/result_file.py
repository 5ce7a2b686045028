"""A result for another program, as a JSON object (docs/json.md)."""

import json
from collections.abc import Iterable
from typing import Any, Final

from pydantic import TypeAdapter

from ..archive.doubt import Suspect
from ..archive.ids import parse_playlist_id
from ..outcome import Outcome, Result
from ..problem import Note

_RESULT: Final = TypeAdapter(Result)


def result_text(result: Result) -> str:
    """The result as a JSON object for another process. It has each note as a sentence, and also in its parts."""
    sentences = {
        "ended": _sentence(result.ended),
        "refused": _sentence(result.refused),
        "troubles": list(map(str, result.troubles)),
        "warnings": list(map(str, result.warnings)),
    }
    lists = {
        "outcomes": list(map(_of_outcome, result.outcomes)),
        "problems": [problem._asdict() for problem in result.problems],
        "suspects": [suspect._asdict() for suspect in result.suspects],
    }
    data = result._asdict() | sentences | lists | {"notes": _notes(result)}
    return json.dumps(data, default=str, indent=1) + "\n"


def parse_result(text: bytes) -> Result | None:
    """The result that `result_text` wrote; None if the text is incomplete, or has an id that no playlist can have."""
    try:
        data = json.loads(text)
        result = _RESULT.validate_json(json.dumps({**_without_sentences(data), **data["notes"]}))
        for playlist_id in (*(outcome.id for outcome in result.outcomes), *map(_snapshot_id, result.suspects)):
            parse_playlist_id(playlist_id)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return result


def _of_outcome(outcome: Outcome) -> dict[str, Any]:
    note = outcome.note or Note("")
    facts = outcome._asdict()
    del facts["note"]
    return facts | {"why": str(note), "message": note.message, "remedy": note.remedy}


def _notes(result: Result) -> dict[str, Any]:
    """The parts of the notes on the whole run."""
    return {
        "ended": result.ended and result.ended._asdict(),
        "refused": result.refused and result.refused._asdict(),
        "troubles": _parts(result.troubles),
        "warnings": _parts(result.warnings),
    }


def _parts(notes: Iterable[Note]) -> list[dict[str, str]]:
    return [note._asdict() for note in notes]


def _sentence(note: Note | None) -> str:
    return str(note) if note else ""


def _without_sentences(data: dict[str, Any]) -> dict[str, Any]:
    """The object with the parts of each note in place of its sentence."""
    kept = {key: value for key, value in data.items() if key != "notes"}
    return kept | {"outcomes": [_with_note(outcome) for outcome in data["outcomes"]]}


def _with_note(outcome: dict[str, Any]) -> dict[str, Any]:
    facts = {key: value for key, value in outcome.items() if key not in ("why", "message", "remedy")}
    note = {"message": outcome["message"], "remedy": outcome["remedy"]}
    return facts | {"note": note if outcome["message"] else None}


def _snapshot_id(suspect: Suspect) -> str:
    """The id of a suspect; empty if its snapshot is missing, or belongs to another playlist."""
    snapshot = suspect.snapshot
    return suspect.playlist_id if snapshot and snapshot.id == suspect.playlist_id else ""
