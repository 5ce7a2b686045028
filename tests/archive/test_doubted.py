"""The file of what is doubted."""

from datetime import UTC, datetime

import pytest

from playlist_archive.archive.doubt import Doubt, Sign
from playlist_archive.archive.doubted import doubted_text, read_doubted
from tests.builders import playlist_id

AT = datetime(2026, 11, 3, 4, 17, tzinfo=UTC)
DOUBTS = [Doubt(playlist_id(number), AT, sign, f"{number:016x}") for number, sign in enumerate(Sign)]
WRITTEN = """[
{"id":"0000000000000000000000","at":"2026-11-03T04:17:00Z","sign":"all songs are missing","digest":"0000000000000000"}
]
"""


def test_the_file_has_a_playlist_a_line_and_reads_back() -> None:
    assert doubted_text(DOUBTS[:1]) == WRITTEN
    assert doubted_text(reversed(DOUBTS)) == doubted_text(DOUBTS)
    assert list(read_doubted(doubted_text(DOUBTS)).values()) == DOUBTS
    assert read_doubted(doubted_text([])) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        WRITTEN.replace("Z", ""),
        WRITTEN.replace("all songs", "songs"),
        WRITTEN.replace("0000000000000000000000", "../../evil"),
        WRITTEN.replace('"digest":"0000000000000000"', '"digest":"x"'),
    ],
)
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not parse"):
        read_doubted(text)
