"""The `fields` parameter, which selects parts of an answer (docs/spotify.md, section 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


class BadFields(ValueError):
    """The parentheses do not match."""


class Chosen(list[Any]):
    """A list of JSON to which the selection was already applied."""


@dataclass(frozen=True, eq=False)
class Fields:
    """A selection of keys: `chosen` keys, each whole (None) or with a further selection; or all keys but `left_out`."""

    chosen: Mapping[str, "Fields | None"] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def wants(self, key: str) -> bool:
        """Whether the key stays, whole or in parts."""
        return key not in self.left_out if self.left_out else key in self.chosen

    def within(self, key: str) -> "Fields | None":
        """The selection inside a key that stays; None for the whole value."""
        return self.chosen.get(key)

    def of(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """The selected parts of JSON, applied to each element of a list. Unknown names are dropped silently."""
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
    """The selection in the text; None for everything, if the text is empty or repeats `fields=`.

    Raises:
        BadFields: the parentheses do not match.
    """
    if not text or text.startswith("fields="):
        return None
    choice, rest = _group(text)
    if rest:
        raise BadFields(f"unexpected {rest[0]!r}")
    return choice


def _group(text: str) -> tuple[Fields, str]:
    """The comma-separated names at the start of the text, up to a closing parenthesis, and the rest of the text."""
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
    """One name with the selection inside it, and the rest of the text."""
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
    """The union of two selections for the same name."""
    if one is None or other is None:
        return None
    chosen = dict(one.chosen)
    for name, choice in other.chosen.items():
        chosen[name] = _both(chosen[name], choice) if name in chosen else choice
    return Fields(chosen, one.left_out | other.left_out)
