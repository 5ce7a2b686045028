"""The environment's proxies and certificates, on the way from every command to Spotify."""

import os
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from playlist_archive.cli import main
from playlist_archive.connect import USER_AGENT
from playlist_archive.exit_code import ExitCode
from playlist_archive.spotify import proxies
from playlist_archive.spotify.proxies import Ways, is_bypassed
from tests.builders import playlist_id

NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NETWORK:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry with one entry, and credentials for a Spotify that nobody reaches."""
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / playlist_id(1)).touch()
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "SPOTIFY_CLIENT_ID": "the-id",
        "SPOTIFY_CLIENT_SECRET": "the-secret",
        "SPOTIFY_REFRESH_TOKEN": "the-consent",
        "SPOTIFY_API_URL": "http://127.0.0.1:9/v1",
        "SPOTIFY_ACCOUNTS_URL": "http://127.0.0.1:9",
        "SPOTIFY_OEMBED_URL": "http://127.0.0.1:9/oembed",
    }.items():
        monkeypatch.setenv(name, value)
    return tmp_path


COMMANDS = {
    "update": ("update",),
    "doctor": ("doctor",),
    "register": ("register", "--mine", "--all"),
    "check": ("check", "--online"),
}

WRONG = {
    "no proxy": {"HTTP_PROXY": "nonsense://x"},
    "no address": {"ALL_PROXY": "http://[::1:3128"},
    "no port": {"HTTPS_PROXY": "http://proxy:port"},
    "no file": {"SSL_CERT_FILE": "missing.pem"},
    "an empty file": {"SSL_CERT_FILE": "empty.pem"},
    "no folder": {"SSL_CERT_DIR": "missing"},
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("wrong", WRONG)
def test_an_environment_that_cannot_work_is_said_in_a_sentence(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, wrong: str
) -> None:
    (archive / "empty.pem").touch()
    for name, value in WRONG[wrong].items():
        monkeypatch.setenv(name, value)

    code = main(COMMANDS[command])

    told = "".join(capsys.readouterr())
    assert code == (ExitCode.REFUSED if command == "doctor" else ExitCode.USAGE), told
    assert next(iter(WRONG[wrong])) in told
    assert "must be" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_proxy_that_is_not_there_is_named_after_one_try(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:hidden@127.0.0.1:9")

    code = main(COMMANDS[command])

    told = "".join(capsys.readouterr())
    assert "the proxy refuses to connect" in told
    assert "hidden" not in told
    assert code == (ExitCode.DONE if command == "check" else ExitCode.REFUSED)
    assert not (archive / "playlists").exists()


@pytest.mark.parametrize(
    "address",
    ["socks5h://127.0.0.1:1080", "socks5://127.0.0.1:1080", "socks://127.0.0.1:1080", "http://p:3128", "p:3128"],
)
def test_proxies_of_these_kinds_are_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    assert isinstance(proxies.transport(connections=1), Ways)


BYPASSED = "example.com,.inner.test, [::1] ,fd00:1234::/64,10.0.0.0/8,127.0.0.1,nonsense/99"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/x", True),
        ("https://api.example.com/x", True),
        ("https://a.inner.test", True),
        ("https://other.test", False),
        ("http://[::1]:8080", True),
        ("http://[fd00:1234::7]", True),
        ("http://[fd00:1235::7]", False),
        ("http://10.1.2.3", True),
        ("http://127.0.0.1:8899", True),
        ("http://127.0.0.2:8899", False),
    ],
)
def test_no_proxy_names_hosts_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, url: str, *, expected: bool
) -> None:
    monkeypatch.setenv("NO_PROXY", BYPASSED)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    assert is_bypassed(httpx.URL(url), BYPASSED) is expected


@pytest.mark.parametrize("no_proxy", ["fd00:1234::/64", "[::1]", "*", "", ",", "::::", "a b"])
def test_no_value_of_no_proxy_is_an_error(monkeypatch: pytest.MonkeyPatch, no_proxy: str) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:3128")
    ways = proxies.transport(connections=1)
    assert isinstance(ways, Ways)
    assert (ways.way(httpx.URL("https://api.spotify.com")) is ways.direct) is (no_proxy == "*")


def test_the_proxy_of_the_scheme_goes_before_that_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:1080")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    ways = proxies.transport(connections=1)
    assert isinstance(ways, Ways)
    assert ways.way(httpx.URL("https://api.test")) is not ways.way(httpx.URL("http://api.test"))
    assert ways.direct not in (ways.way(httpx.URL("https://api.test")), ways.way(httpx.URL("http://api.test")))


def test_a_file_of_certificates_is_what_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str | None] = []
    real: Callable[..., ssl.SSLContext] = ssl.create_default_context

    def watched(*, cafile: str | None = None, **options: object) -> ssl.SSLContext:
        made.append(cafile)
        return real(cafile=cafile, **options)

    monkeypatch.setattr(ssl, "create_default_context", watched)
    import certifi  # noqa: PLC0415 - any good file will do, and httpx brings this one along

    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    proxies.transport(connections=1)
    assert made == [os.environ["SSL_CERT_FILE"]]


def test_every_client_is_made_in_one_place() -> None:
    package = Path(proxies.__file__).parents[1]
    makers = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        if "AsyncClient(" in path.read_text(encoding="utf-8")
    ]
    assert makers == ["connect.py"]
    assert "playlist-archive" in USER_AGENT
