from datetime import UTC, date, datetime

import pytest
from pydantic import SecretStr, ValidationError

from playlist_archive.settings import Settings, SettingsError, read_leniently, read_settings

SECRET = "0123456789abcdef"
VARIABLES = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_variables_all_has_its_default() -> None:
    assert read_settings().model_dump() == {
        "spotify_client_id": None,
        "spotify_client_secret": None,
        "spotify_refresh_token": None,
        "spotify_restore_token": None,
        "xdg_state_home": None,
        "spotify_authorized_on": None,
        "spotify_api_url": "https://api.spotify.com/v1",
        "spotify_accounts_url": "https://accounts.spotify.com",
        "spotify_oembed_url": "https://open.spotify.com/oembed",
        "spotify_requests_per_second": 5,
        "spotify_max_requests": None,
        "archive_added_by": True,
        "archive_max_minutes": 150,
        "archive_date": None,
        "site_enabled": False,
        "site_url": None,
        "site_indexed": False,
        "github_repository": None,
        "github_ref_name": None,
        "github_run_id": None,
        "github_server_url": "https://github.com",
        "github_step_summary": None,
        "github_actions": False,
    }


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("SPOTIFY_CLIENT_ID", f" {SECRET}\r\n", SECRET),
        ("SPOTIFY_CLIENT_SECRET", f"{SECRET}\n", SecretStr(SECRET)),
        ("SPOTIFY_REFRESH_TOKEN", f"\t{SECRET} ", SecretStr(SECRET)),
        ("SPOTIFY_AUTHORIZED_ON", "2026-11-23\n", date(2026, 11, 23)),
        ("SPOTIFY_API_URL", "https://example.org/v1/", "https://example.org/v1"),
        ("SPOTIFY_API_URL", "HTTPS://example.org:8443", None),
        ("SPOTIFY_API_URL", "http://localhost:8899/v1", "http://localhost:8899/v1"),
        ("SPOTIFY_ACCOUNTS_URL", "https://example.org/", "https://example.org"),
        ("SPOTIFY_ACCOUNTS_URL", "http://127.0.0.1:8899", "http://127.0.0.1:8899"),
        ("SPOTIFY_ACCOUNTS_URL", "http://127.9.9.9", "http://127.9.9.9"),
        ("SPOTIFY_ACCOUNTS_URL", "http://[::1]:8899//", "http://[::1]:8899"),
        ("SPOTIFY_OEMBED_URL", "http://127.0.0.1:8899/oembed", "http://127.0.0.1:8899/oembed"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "0.5", 0.5),
        ("SPOTIFY_REQUESTS_PER_SECOND", "1000", 1000),
        ("SPOTIFY_MAX_REQUESTS", "0", 0),
        ("SPOTIFY_MAX_REQUESTS", "400", 400),
        ("ARCHIVE_ADDED_BY", "False", False),
        ("ARCHIVE_ADDED_BY", "true", True),
        ("ARCHIVE_DATE", "2024-02-29", date(2024, 2, 29)),
        ("ARCHIVE_DATE", "20261123", date(2026, 11, 23)),
        ("ARCHIVE_DATE", "1970-01-01", date(1970, 1, 1)),
        ("ARCHIVE_DATE", "2099-12-31", date(2099, 12, 31)),
        ("ARCHIVE_DATE", "1969-12-31", None),
        ("ARCHIVE_DATE", "2100-01-01", None),
        ("ARCHIVE_DATE", "0001-01-01", None),
        ("GITHUB_REPOSITORY", "some-body/spotify_archive.v2", "some-body/spotify_archive.v2"),
        ("GITHUB_REF_NAME", "feature/x", "feature/x"),
        ("GITHUB_RUN_ID", "1234567890", "1234567890"),
        ("GITHUB_SERVER_URL", "https://github.example.org/", "https://github.example.org"),
        ("GITHUB_STEP_SUMMARY", "summary.md", "summary.md"),
        ("GITHUB_ACTIONS", "true", True),
        ("GITHUB_ACTIONS", "True", True),
        ("GITHUB_ACTIONS", "false", False),
        ("GITHUB_ACTIONS", "whatever", False),
    ],
)
def test_a_variable_is_read_without_what_pasting_adds(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    monkeypatch.setenv(name, text)
    if value is None:
        with pytest.raises(SettingsError, match=f"{name} must be"):
            read_settings()
    else:
        assert getattr(read_settings(), name.lower()) == value


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch, name: str, blank: str) -> None:
    unset = read_settings()
    monkeypatch.setenv(name, blank)
    assert read_settings() == unset


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SPOTIFY_AUTHORIZED_ON", "yesterday"),
        ("SPOTIFY_AUTHORIZED_ON", "1764000000"),
        ("ARCHIVE_DATE", "2026-02-30"),
        ("ARCHIVE_DATE", "23.11.2026"),
        ("ARCHIVE_DATE", "2026-11-23T12:00:00Z"),
        ("SPOTIFY_API_URL", "api.spotify.com"),
        ("ARCHIVE_ADDED_BY", "no"),
        ("ARCHIVE_ADDED_BY", "0"),
        ("SPOTIFY_API_URL", "http://api.spotify.com/v1"),
        ("SPOTIFY_API_URL", "ftp://127.0.0.1"),
        ("SPOTIFY_API_URL", "https://"),
        ("SPOTIFY_API_URL", "https://example.org/?x=1"),
        ("SPOTIFY_ACCOUNTS_URL", "http://accounts.spotify.com"),
        ("SPOTIFY_ACCOUNTS_URL", "http://localhost.example.org"),
        ("SPOTIFY_ACCOUNTS_URL", "http://127.0.0.1.example.org"),
        ("SPOTIFY_ACCOUNTS_URL", "http://127.0.0.1@example.org"),
        ("SPOTIFY_ACCOUNTS_URL", r"http://127.0.0.1\@example.org"),
        ("SPOTIFY_ACCOUNTS_URL", "http://0.0.0.0"),
        ("SPOTIFY_ACCOUNTS_URL", "http://10.0.0.1"),
        ("SPOTIFY_ACCOUNTS_URL", "http://[2001:db8::1]"),
        ("SPOTIFY_ACCOUNTS_URL", "http://[::1"),
        ("SPOTIFY_OEMBED_URL", "http://open.spotify.com/oembed"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "0"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "-1"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "nan"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "inf"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "1001"),
        ("SPOTIFY_REQUESTS_PER_SECOND", "5/s"),
        ("SPOTIFY_MAX_REQUESTS", "-1"),
        ("SPOTIFY_MAX_REQUESTS", "1.5"),
        ("SPOTIFY_MAX_REQUESTS", "all"),
        ("SPOTIFY_MAX_REQUESTS", "9" * 5_000),
        ("GITHUB_REPOSITORY", "archive"),
        ("GITHUB_REPOSITORY", "a/b/c"),
        ("GITHUB_REPOSITORY", "a/b)](https://example.org"),
        ("GITHUB_RUN_ID", "1/../../x"),
        ("GITHUB_SERVER_URL", "github.com"),
    ],
)
def test_a_bad_value_gives_a_sentence_that_names_the_variable_alone(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError) as raised:
        read_settings()
    sentence = str(raised.value)
    assert sentence == f"{name} must be {Settings.model_fields[name.lower()].description}"
    assert "\n" not in sentence


def test_bytes_that_are_no_text_are_read_as_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "id\udcff")
    assert read_settings().spotify_client_id == "id?"


@pytest.mark.parametrize("port", ["65536", "99999"])
def test_a_port_that_does_not_exist_is_no_address(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("SPOTIFY_API_URL", f"https://127.0.0.1:{port}/v1")
    with pytest.raises(SettingsError, match="SPOTIFY_API_URL must be"):
        read_settings()


def test_all_bad_variables_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATE", "x")
    monkeypatch.setenv("SPOTIFY_MAX_REQUESTS", "x")
    with pytest.raises(SettingsError, match=r"^SPOTIFY_MAX_REQUESTS must be .*; ARCHIVE_DATE must be [^;]*$"):
        read_settings()


def test_nothing_that_is_printed_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("SPOTIFY_REFRESH_TOKEN", SECRET)
    settings = read_settings()
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert SECRET not in shown
    monkeypatch.setenv("ARCHIVE_DATE", SECRET)
    with pytest.raises(SettingsError) as raised:
        read_settings()
    assert SECRET not in f"{raised.value} {raised.value.__context__}"


def test_settings_are_frozen() -> None:
    settings = read_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.github_actions = True  # type: ignore[misc]  # what nobody should write


def test_the_day_is_that_of_the_variable_or_today_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    before = datetime.now(UTC).date()
    today = read_settings().today()
    assert before <= today <= datetime.now(UTC).date()
    monkeypatch.setenv("ARCHIVE_DATE", "2026-11-23")
    assert read_settings().today() == date(2026, 11, 23)


def test_credentials_are_the_id_and_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "the-app")
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", SECRET)
    assert read_settings().credentials() == ("the-app", SecretStr(SECRET))


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "SPOTIFY_CLIENT_ID"),
        ({"SPOTIFY_CLIENT_SECRET": SECRET}, "SPOTIFY_CLIENT_ID"),
        ({"SPOTIFY_CLIENT_ID": "the-app"}, "SPOTIFY_CLIENT_SECRET"),
        ({"SPOTIFY_CLIENT_ID": "the-app", "SPOTIFY_CLIENT_SECRET": " \n"}, "SPOTIFY_CLIENT_SECRET"),
    ],
)
def test_missing_credentials_are_named_with_where_to_get_them(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{missing} is not set: make an app on developer\.spotify\.com"):
        read_settings().credentials()


@pytest.mark.parametrize(
    ("repository", "run", "url"),
    [
        ("somebody/archive", "12", "https://github.com/somebody/archive/actions/runs/12"),
        ("somebody/archive", "", ""),
        ("", "12", ""),
    ],
)
def test_a_run_on_github_has_a_page(monkeypatch: pytest.MonkeyPatch, repository: str, run: str, url: str) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", repository)
    monkeypatch.setenv("GITHUB_RUN_ID", run)
    assert read_settings().run_url() == url


def test_a_lenient_reader_gets_the_good_settings_and_a_sentence_about_the_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "somebody/archive")
    assert read_leniently()[1] == ""
    monkeypatch.setenv("SPOTIFY_AUTHORIZED_ON", f"24.11.2026 {SECRET}")
    monkeypatch.setenv("SPOTIFY_MAX_REQUESTS", "many")
    settings, sentence = read_leniently()
    assert settings.repository_url() == "https://github.com/somebody/archive"
    assert (settings.spotify_authorized_on, settings.spotify_max_requests) == (None, None)
    assert sentence == (
        "SPOTIFY_AUTHORIZED_ON must be a day, such as 2026-11-23; "
        "SPOTIFY_MAX_REQUESTS must be a whole number, 0 for no limit"
    )


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, ""),
        ({"GITHUB_REPOSITORY": "Some/archive"}, ""),
        ({"SITE_ENABLED": "true", "GITHUB_REPOSITORY": "Some/archive"}, "https://some.github.io/archive"),
        ({"SITE_ENABLED": "true", "GITHUB_REPOSITORY": "Some/some.github.io"}, "https://some.github.io"),
        ({"SITE_URL": "http://music.example.org/"}, "http://music.example.org"),
    ],
)
def test_the_website_has_an_address_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert read_settings().website() == address


def test_an_address_of_a_website_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "javascript:alert(1)")
    with pytest.raises(SettingsError, match="SITE_URL must be an address that begins with https:// or http://"):
        read_settings()
