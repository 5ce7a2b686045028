from spotify_simulator.catalogue import SONGS, base62, local_file, track, troublesome
from spotify_simulator.words import TROUBLE


def test_a_number_is_always_the_same_track_and_no_other() -> None:
    tracks = [track(number) for number in range(0, SONGS, 97)]
    track.cache_clear()
    assert tracks == [track(number) for number in range(0, SONGS, 97)]
    assert len({song.uri for song in tracks}) == len(tracks)
    assert len({song.isrc for song in tracks}) == len(tracks)


def test_some_titles_need_care() -> None:
    assert [song.name for song in troublesome()] == list(TROUBLE)


def test_an_id_has_22_characters_with_any_prefix() -> None:
    assert [len(base62("seed", prefix=prefix)) for prefix in ("", "37i9dQZF1")] == [22, 22]


def test_the_uri_of_a_local_file_is_made_of_what_is_known() -> None:
    assert local_file("", "", "a, b", seconds=78).uri == "spotify:local:::a%2C+b:78"
