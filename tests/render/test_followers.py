"""The table of likes: a row a playlist, a column a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.render.followers import followers, without_day
from tests.builders import playlist_id

A, B, C = map(playlist_id, (1, 2, 3))
FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)


def test_a_new_month_begins_with_a_head_and_a_row_a_playlist_sorted_by_id() -> None:
    table = followers(None, day=FIRST, likes=[(B, 2_000), (A, 0)])
    assert table == f"playlist,2026-11-01\n{A},0\n{B},2000\n"


def test_a_later_day_is_a_new_column_with_empty_cells_for_what_was_not_observed() -> None:
    table = followers(None, day=FIRST, likes=[(A, 1), (B, 2)])
    assert followers(table, day=SECOND, likes=[(C, 30), (B, 20)]) == (
        f"playlist,2026-11-01,2026-11-02\n{A},1,\n{B},2,20\n{C},,30\n"
    )


def test_a_second_run_replaces_what_it_observed_and_keeps_the_rest() -> None:
    table = followers(None, day=FIRST, likes=[(A, 1), (B, 2)])
    assert followers(table, day=FIRST, likes=[(A, 5)]) == f"playlist,2026-11-01\n{A},5\n{B},2\n"


def test_a_day_that_is_made_up_for_stands_in_its_place() -> None:
    table = followers(None, day=SECOND, likes=[(A, 2)])
    assert followers(table, day=FIRST, likes=[(A, 1)]) == f"playlist,2026-11-01,2026-11-02\n{A},1,2\n"


def test_a_run_that_observed_nothing_changes_nothing() -> None:
    table = followers(None, day=FIRST, likes=[(A, 1)])
    assert followers(table, day=SECOND, likes=[]) == table


def test_line_ends_of_another_system_are_read_and_not_kept() -> None:
    table = f"playlist,2026-11-01\r\n{A},1\r\n"
    assert followers(table, day=FIRST, likes=[]) == f"playlist,2026-11-01\n{A},1\n"


HEAD = "playlist,2026-11-01\n"


@pytest.mark.parametrize(
    "table",
    [
        "",
        "\n",
        "\0",
        f"{A},1\n",
        "id,2026-11-01\n",
        "playlist,1 November\n",
        "playlist,2026-11-01,\n",
        "playlist,2026-11-01,2026-11-01\n",
        f"{HEAD}{A}\n",
        f"{HEAD}{A},1,2\n",
        f"{HEAD}{A},1\n\n{B},2\n",
        f"{HEAD}{A},1\n{A},2\n",
        f"{HEAD}{A},-1\n",
        f"{HEAD}{A},1.5\n",
        f"{HEAD}{A},=1+1\n",
        f"{HEAD}{A},²\n",
        f'{HEAD}{A},"1"\n',
        f'{HEAD}"{A},1\n',
        f"{HEAD}too-short,1\n",
        f"{HEAD}<<<<<<< ours\n{A},1\n",
        f"{HEAD}{A},1\0\n",
        f"{HEAD}{A},{'1' * 200_000}x\n",
        f"\ufeff{HEAD}",
    ],
)
def test_a_table_that_is_none_is_refused(table: str) -> None:
    with pytest.raises(ValueError, match=r"followers table|zip"):
        followers(table, day=FIRST, likes=[(A, 1)])


@given(table=st.text())
def test_any_text_is_refused_or_read(table: str) -> None:
    try:
        written = followers(table, day=FIRST, likes=[(A, 1)])
    except ValueError:
        written = f"playlist,2026-11-01\n{A},1\n"
    assert written.startswith("playlist")


days = st.integers(min_value=0, max_value=29).map(lambda number: FIRST + timedelta(days=number))
runs = st.lists(st.tuples(days, st.dictionaries(st.sampled_from([A, B, C]), st.integers(min_value=0))), max_size=12)


@given(runs=runs)
def test_the_newest_number_of_every_day_is_in_the_table_and_no_other(runs: list[tuple[date, dict[str, int]]]) -> None:
    table, newest = None, dict[tuple[str, str], str]()
    for day, likes in runs:
        table = followers(table, day=day, likes=likes.items())
        newest |= {(playlist, day.isoformat()): str(number) for playlist, number in likes.items()}
    head, *lines = [line.split(",") for line in (table or "playlist").splitlines()]
    cells = {(line[0], day): cell for line in lines for day, cell in zip(head[1:], line[1:], strict=True) if cell}
    assert cells == newest
    assert head[1:] == sorted({day for _, day in newest})
    assert [line[0] for line in lines] == sorted({playlist for playlist, _ in newest})


def test_ten_thousand_playlists_are_a_row_each() -> None:
    likes = [(playlist_id(number), number) for number in range(10_000)]
    table = followers(followers(None, day=FIRST, likes=likes), day=SECOND, likes=reversed(likes))
    assert table.splitlines()[1:] == [f"{playlist},{number},{number}" for playlist, number in likes]


def test_a_day_is_taken_out_of_some_playlists() -> None:
    table = f"playlist,2026-11-02,2026-11-03\n{A},1,2\n{B},3,4\n"
    assert without_day(table, day=date(2026, 11, 3), playlists=[A]) == (
        f"playlist,2026-11-02,2026-11-03\n{A},1,\n{B},3,4\n"
    )
    assert without_day(table, day=date(2026, 11, 3), playlists=[A, B]) == f"playlist,2026-11-02\n{A},1\n{B},3\n"
    assert without_day(table, day=date(2026, 12, 3), playlists=[A, B]) == table


def test_nothing_is_left_of_a_table_with_one_day() -> None:
    assert without_day(f"playlist,2026-11-02\n{A},1\n", day=date(2026, 11, 2), playlists=[A]) == ""
