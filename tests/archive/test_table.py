import csv

import pytest

from playlist_archive.archive.table import csv_rows

CELLS = [
    ["uri", "title"],
    ["a", 'One, "two"; three\t| '],
    ["b", "line\nbreak"],
    ["c", "U+2028 \u2028, U+0085 \x85, \x0b"],
]


def table(separator: str, *, end: str = "\n", before: str = "") -> str:
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in CELLS]
    return before + end.join(quoted) + end


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\ufeff", "{sep}", "\ufeff{sep}"])
def test_a_table_is_read_whatever_separates_its_cells(separator: str, end: str, before: str) -> None:
    text = table(separator, end=end, before=before.replace("{sep}", f"sep={separator}{end}"))
    assert [row for _, row in csv_rows(text)] == CELLS


def test_what_ends_a_line_elsewhere_ends_no_row() -> None:
    assert [row for _, row in csv_rows("a\u2028b,c\nd\x85e,f\x0bg\n")] == [["a\u2028b", "c"], ["d\x85e", "f\x0bg"]]


def test_rows_have_the_numbers_of_their_lines() -> None:
    assert [number for number, _ in csv_rows('a\n"b\nc"\nd')] == [1, 3, 4]
    assert [number for number, _ in csv_rows("sep=;\na\nb")] == [2, 3]


def test_a_cell_without_end_is_told() -> None:
    with pytest.raises(csv.Error):
        list(csv_rows(f"a\n{'x' * 200_000}\n"))


def test_nothing_has_no_rows() -> None:
    assert list(csv_rows("")) == list(csv_rows("\ufeff")) == []
