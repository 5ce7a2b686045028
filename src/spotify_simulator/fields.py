"""The `fields` parameter: which parts of an answer are wanted (docs/spotify.md, section 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


class BadFields(ValueError):
    """The parentheses do not fit."""


class Chosen(list[Any]):
    """A list of JSON from which the choice was made already."""


@dataclass(frozen=True, eq=False)
class Fields:
    """A choice of keys: those `chosen`, each whole (None) or by a further choice; or all but those `left_out`."""

    chosen: Mapping[str, "Fields | None"] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def wants(self, key: str) -> bool:
        """Whether the key stays, whole or in parts."""
        return key not in self.left_out if self.left_out else key in self.chosen

    def within(self, key: str) -> "Fields | None":
        """The choice within a key that stays; None for the whole."""
        return self.chosen.get(key)

    def of(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """The chosen parts of JSON; lists element by element; names that do not exist are dropped silently."""
        if isinstance(value, Chosen):
            return value
        if isinstance(value, list):
            return [self.of(element) for element in value]
        if not isinstance(value, dict):
            return value
        if self.left_out:
            return {key: inner for key, inner in value.items() if key not in self.left_out}
        return {
            key: choice.of(value[key]) if choice else value[key] for key, choice in self.chosen.items() if key in value
        }


@lru_cache(maxsize=128)
def parse(text: str) -> Fields | None:
    """The choice that the text means; None for everything: an empty text, or one that repeats `fields=`.

    Raises:
        BadFields: the parentheses do not fit.
    """
    if not text or text.startswith("fields="):
        return None
    choice, rest = _group(text)
    if rest:
        raise BadFields(f"unexpected {rest[0]!r}")
    return choice


def _group(text: str) -> tuple[Fields, str]:
    """The comma-separated names at the start of the text, up to a closing parenthesis, and what follows."""
    chosen: dict[str, Fields | None] = {}
    excluding = False
    while True:
        excluding = excluding or text.startswith("!")
        name, choice, text = _term(text.removeprefix("!"))
        chosen[name] = _both(chosen[name], choice) if name in chosen else choice
        if not text.startswith(","):
            break
        text = text[1:]
    return (Fields(left_out=frozenset(chosen)) if excluding else Fields(chosen)), text


def _term(text: str) -> tuple[str, Fields | None, str]:
    """One name with what is chosen inside it, and what follows."""
    end = next((place for place, character in enumerate(text) if character in ".,()"), len(text))
    name, rest = text[:end], text[end:]
    if rest.startswith("."):
        inner, choice, rest = _term(rest[1:])
        return name, Fields({inner: choice}), rest
    if not rest.startswith("("):
        return name, None, rest
    choice, rest = _group(rest[1:])
    if not rest.startswith(")"):
        raise BadFields("a parenthesis is not closed")
    return name, choice, rest[1:]


def _both(one: Fields | None, other: Fields | None) -> Fields | None:
    """What two choices of the same name want together."""
    if one is None or other is None:
        return None
    chosen = dict(one.chosen)
    for name, choice in other.chosen.items():
        chosen[name] = _both(chosen[name], choice) if name in chosen else choice
    return Fields(chosen, one.left_out | other.left_out)
