import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist_archive.credentials import suspicions

ID = "0123456789abcdef0123456789abcdef"
SECRET = "fedcba9876543210fedcba9876543210"
TOKEN = "AQD-x_0123456789"


def test_good_values_are_not_suspected() -> None:
    assert suspicions(ID, SECRET, TOKEN) == suspicions(ID.upper(), SECRET) == suspicions("", "") == ()


@pytest.mark.parametrize(
    ("value", "message", "remedy"),
    [
        (f'"{SECRET}"', "has quotes around it", "leave them out"),
        (f"'{SECRET}", "has quotes around it", "leave them out"),
        (f"“{SECRET}”", "has quotes around it", "leave them out"),
        (f"NAME={SECRET}", "begins with its own name", "give only the part after `NAME=`"),
        (f"export NAME={SECRET}", "begins with its own name", "give only the part after `NAME=`"),
        (f"NAME: {SECRET}", "begins with its own name", "give only the part after `NAME=`"),
        (f"{SECRET[:9]}\u200b{SECRET[9:]}", "has 1 blank or invisible character in it", "copy it again"),
        (f"\ufeff{SECRET}\u2060", "has 2 blank or invisible characters in it", "copy it again"),
        (f"{SECRET[:9]}\u00a0{SECRET[9:]}", "has 1 blank or invisible character in it", "copy it again"),
        (f"{SECRET[:9]}\n{SECRET[9:]}", "has 1 blank or invisible character in it", "copy it again"),
        (f"{SECRET[:9]}\x1b{SECRET[9:]}", "has 1 blank or invisible character in it", "copy it again"),
    ],
)
@pytest.mark.parametrize("name", ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_REFRESH_TOKEN"])
def test_what_was_copied_along_is_named(name: str, value: str, message: str, remedy: str) -> None:
    given = dict.fromkeys(("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_REFRESH_TOKEN"), "")
    given = {"SPOTIFY_CLIENT_ID": ID, "SPOTIFY_CLIENT_SECRET": "s", "SPOTIFY_REFRESH_TOKEN": ""} | given
    given[name] = value.replace("NAME", name)
    assert (f"{name} {message}", remedy.replace("NAME", name)) in suspicions(*given.values())


@pytest.mark.parametrize("client_id", [ID[:-1], f"{ID}0", f"{ID[:-1]}g", "me@example.org", "some-app"])
def test_an_id_of_another_shape_is_named(client_id: str) -> None:
    (found,) = suspicions(client_id, SECRET)
    assert found.message == "SPOTIFY_CLIENT_ID is not 32 characters of 0-9 and a-f, as every known id is"
    assert "dashboard" in found.remedy


def test_one_value_for_both_is_named() -> None:
    (found,) = suspicions(ID, ID)
    assert found.message == "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are the same"


@given(st.text(min_size=4), st.text(min_size=4), st.text(min_size=4))
def test_no_value_is_ever_repeated(client_id: str, secret: str, token: str) -> None:
    words = " ".join(part for found in suspicions(f"~{client_id}~", f"~{secret}~", f"~{token}~") for part in found)
    assert "~" not in words
