from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.history.align import align

rows = st.lists(st.integers(0, 8), max_size=10)


@given(rows, rows)
def test_every_row_of_both_orders_is_in_exactly_one_place(old: list[int], new: list[int]) -> None:
    found = align(old, new)
    pairs = found.kept + found.moved
    assert sorted([before for before, _ in pairs] + found.removed) == list(range(len(old)))
    assert sorted([after for _, after in pairs] + found.added) == list(range(len(new)))
    assert all(old[before] == new[after] for before, after in pairs)


@given(rows, rows)
def test_a_row_is_removed_or_added_only_where_the_other_order_has_too_few(old: list[int], new: list[int]) -> None:
    found = align(old, new)
    for row in {*old, *new}:
        assert sum(old[at] == row for at in found.removed) == max(0, old.count(row) - new.count(row))
        assert sum(new[at] == row for at in found.added) == max(0, new.count(row) - old.count(row))


@given(rows, rows)
def test_what_is_kept_stands_in_the_same_order_in_both(old: list[int], new: list[int]) -> None:
    kept = align(old, new).kept
    assert kept == sorted(kept)
    assert [after for _, after in kept] == sorted(after for _, after in kept)


@given(st.permutations(range(7)))
def test_as_few_rows_as_can_be_have_moved(new: list[int]) -> None:
    found = align(range(7), new)
    longest = max(size for size in range(1, 8) for part in combinations(new, size) if list(part) == sorted(part))
    assert len(found.kept) == longest


def test_one_row_that_went_to_the_end_is_the_only_one_that_moved() -> None:
    assert align("abcdef", "bcdefa").moved == [(0, 5)]
