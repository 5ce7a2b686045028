from typing import Any

import pytest

from spotify_simulator.fields import BadFields, Chosen, parse

BODY = {
    "id": "p",
    "owner": {"id": "o", "name": "O"},
    "items": {"total": 2, "items": [{"item": {"id": 1, "album": {"id": 3, "name": "A", "images": []}}}, None]},
}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("id", {"id": "p"}),
        ("owner.id", {"owner": {"id": "o"}}),
        ("owner(id,name)", {"owner": {"id": "o", "name": "O"}}),
        ("owner(!id)", {"owner": {"name": "O"}}),
        ("!items,owner", {"id": "p"}),
        ("items.total,items(items(item.id))", {"items": {"total": 2, "items": [{"item": {"id": 1}}, None]}}),
        ("items.items.item.album(!id,images)", {"items": {"items": [{"item": {"album": {"name": "A"}}}, None]}}),
        ("owner.id,owner", {"owner": {"id": "o", "name": "O"}}),
        ("nothing,owner(nothing)", {"owner": {}}),
        ("id, owner", {"id": "p"}),
    ],
)
def test_a_choice_keeps_what_it_names_and_drops_unknown_names_silently(text: str, chosen: Any) -> None:
    choice = parse(text)
    assert choice is not None
    assert choice.of(BODY) == chosen


@pytest.mark.parametrize("text", ["", "fields=id", "fields=fields"])
def test_no_choice_or_a_repeated_parameter_means_everything(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["a(b", "a)", "a(b))", "a(b(c)"])
def test_parentheses_that_do_not_fit_are_refused(text: str) -> None:
    with pytest.raises(BadFields):
        parse(text)


def test_a_choice_tells_what_it_wants_without_a_body() -> None:
    choice = parse("id,items(total)")
    assert choice is not None
    assert choice.wants("items")
    assert not choice.wants("owner")
    assert (inner := choice.within("items"))
    assert not inner.wants("items")


def test_what_was_chosen_already_is_left_alone() -> None:
    choice = parse("rows(id)")
    assert choice is not None
    rows = Chosen([{"other": 1}])
    assert choice.of({"rows": rows})["rows"] is rows
