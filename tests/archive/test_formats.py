import pytest

from playlist_archive.archive.formats import NewerFormatError, refuse_newer


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"format": 2}', "x is of format 2, this program knows up to 1: update playlist-archive"),
        (
            b'{"format": 3, "needs": "1.4"}',
            "x is of format 3, this program knows up to 1: update playlist-archive to 1.4 or later",
        ),
        (
            '{"format": 2, "needs": "2"}',
            "x is of format 2, this program knows up to 1: update playlist-archive to 2 or later",
        ),
        (
            '{"format": 2, "needs": "1.4; rm -rf"}',
            "x is of format 2, this program knows up to 1: update playlist-archive",
        ),
        ('{"format": 2, "needs": 14}', "x is of format 2, this program knows up to 1: update playlist-archive"),
    ],
)
def test_a_newer_format_is_told_with_the_version_that_it_needs(text: str | bytes, sentence: str) -> None:
    with pytest.raises(NewerFormatError) as caught:
        refuse_newer(text, "x", known=1)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "text", ['{"format": 1, "needs": "9"}', '{"format": "2"}', "{}", "[2]", "", "{", "[" * 100_000]
)
def test_what_is_not_newer_is_for_its_reader_to_judge(text: str) -> None:
    refuse_newer(text, "x", known=1)
