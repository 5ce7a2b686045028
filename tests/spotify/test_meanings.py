"""Every row of docs/spotify.md, section 5 and section 2.1."""

import json
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from playlist_archive.spotify import errors
from playlist_archive.spotify.errors import SpotifyError
from playlist_archive.spotify.meanings import LONGEST_TOLD_SECONDS, api_error, seconds, token_error

PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, "
    "it can take a few hours before requests are allowed again."
)
NOT_REGISTERED = "Check settings on developer.spotify.com/dashboard, the user may not be registered."


def body_of(message: str, reason: str | None = None) -> str:
    return json.dumps({"error": {"status": 1, "message": message} | ({"reason": reason} if reason else {})})


def meaning(status: int, body: str = "", retry_after: str | None = None) -> SpotifyError:
    return api_error(status, body, {"retry-after": retry_after} if retry_after else {}, path="/playlists/x")


SECTION_5: list[tuple[int, str, type[SpotifyError], str]] = [
    (400, body_of("Invalid base62 id"), errors.UnexpectedAnswer, "correct it in the registry"),
    (400, body_of("Invalid limit"), errors.InvalidLimit, "does not allow this page size"),
    (400, "", errors.Refused, "without a reason"),
    (400, body_of("Only valid bearer authentication supported"), errors.UnexpectedAnswer, "bug of this program"),
    (401, body_of("Missing/invalid/expired access token"), errors.TokenRejected, "access token"),
    (401, body_of("The access token expired"), errors.TokenRejected, "access token"),
    (401, body_of("Invalid access token"), errors.TokenRejected, "access token"),
    (401, body_of("No token provided"), errors.TokenRejected, "access token"),
    (401, body_of("Valid user authentication required"), errors.Closed, "run `playlist-archive login`"),
    (403, body_of("Forbidden"), errors.Closed, "collaborator"),
    (403, body_of(PREMIUM), errors.PremiumRequired, "needs a Premium subscription"),
    (403, PREMIUM, errors.PremiumRequired, "needs a Premium subscription"),
    (403, NOT_REGISTERED, errors.NotAllowlisted, "User Management"),
    (403, body_of("Insufficient client scope"), errors.ScopeMissing, "login"),
    (404, body_of("Resource not found"), errors.NotFound, "deleted, made private"),
    (404, body_of("Not found."), errors.NotFound, "deleted, made private"),
    (429, body_of("API rate limit exceeded"), errors.RateLimited, "slow down"),
    (429, "Too many requests", errors.RateLimited, "slow down"),
    (429, "", errors.RateLimited, "slow down"),
    (429, body_of("Too many requests", "QUOTA_EXCEEDED"), errors.QuotaExceeded, "quota"),
    (500, body_of("Backend respond with 500"), errors.ServerError, "later run"),
    (502, body_of("Bad gateway."), errors.ServerError, "later run"),
    (503, "", errors.ServerError, "later run"),
    (504, "upstream request timeout", errors.ServerError, "later run"),
]


@pytest.mark.parametrize(("status", "body", "kind", "words"), SECTION_5)
def test_every_answer_of_section_5_has_its_class_and_says_what_to_do(
    status: int, body: str, kind: type[SpotifyError], words: str
) -> None:
    error = meaning(status, body)
    assert type(error) is kind
    assert words in str(error)
    assert str(status) in str(error)
    assert (error.status, error.path) == (status, "/playlists/x")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, errors.UnexpectedAnswer),
        (302, errors.UnexpectedAnswer),
        (405, errors.UnexpectedAnswer),
        (408, errors.ServerError),
        (410, errors.UnexpectedAnswer),
        (418, errors.UnexpectedAnswer),
        (451, errors.UnexpectedAnswer),
        (505, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_a_status_that_is_not_listed_is_the_servers_trouble_or_unexpected(
    status: int, kind: type[SpotifyError]
) -> None:
    assert type(meaning(status, "<html>")) is kind


EXAMPLES: dict[str, type[SpotifyError]] = {
    "error-400-invalid-id": errors.UnexpectedAnswer,
    "error-400-invalid-limit": errors.InvalidLimit,
    "error-401-token": errors.TokenRejected,
    "error-401-token-expired": errors.TokenRejected,
    "error-401-user-required": errors.Closed,
    "error-403-forbidden": errors.Closed,
    "error-403-premium": errors.PremiumRequired,
    "error-404-not-found": errors.NotFound,
    "error-429-quota": errors.QuotaExceeded,
    "error-429-rate": errors.RateLimited,
    "error-502": errors.ServerError,
    "error-403-country": errors.AppRefused,
}


def test_every_error_example_has_its_class(examples: Path) -> None:
    found = {}
    for path in [*examples.glob("error-*.json"), *examples.glob("doubtful/error-*.json")]:
        body = path.read_text(encoding="utf-8")
        found[path.stem] = type(meaning(json.loads(body)["error"]["status"], body))
    assert found == EXAMPLES


def test_bodies_that_are_not_json_have_their_class(examples: Path) -> None:
    answers = json.loads((examples / "http-non-json-bodies.json").read_text(encoding="utf-8"))
    found = [
        type(api_error(answer["status"], answer["body"], answer["headers"], path=""))
        for answer in answers
        if answer["status"] != 200
    ]
    expected: list[type[SpotifyError]] = [
        errors.QuotaExceeded,
        errors.PremiumRequired,
        errors.NotAllowlisted,
        errors.ServerError,
        errors.ServerError,
        errors.RateLimited,
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("example", "kind", "words"),
    [
        ("token-error-invalid-client", errors.CredentialsRefused, "SPOTIFY_CLIENT_SECRET"),
        ("token-error-invalid-client-bare", errors.CredentialsRefused, "SPOTIFY_CLIENT_SECRET"),
        ("token-error-invalid-grant-expired", errors.ConsentExpired, "playlist-archive login"),
        ("token-error-invalid-grant-revoked", errors.ConsentExpired, "playlist-archive login"),
    ],
)
def test_every_token_error_example_says_what_to_do(
    examples: Path, example: str, kind: type[SpotifyError], words: str
) -> None:
    error = token_error(400, (examples / f"{example}.json").read_text(encoding="utf-8"), {})
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize(
    ("status", "retry_after", "kind"),
    [
        (429, "7", errors.RateLimited),
        (429, "7000", errors.QuotaExceeded),
        (503, "", errors.ServerError),
        (408, "", errors.ServerError),
        (401, "", errors.CredentialsRefused),
        (404, "", errors.CredentialsRefused),
    ],
)
def test_the_token_endpoints_other_answers_have_their_class(
    status: int, retry_after: str, kind: type[SpotifyError]
) -> None:
    assert type(token_error(status, "", {"retry-after": retry_after})) is kind


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("0", None),
        ("0.0", None),
        ("7", 7),
        (" 7 ", 7),
        ("7.5", 7.5),
        ("-7", None),
        ("+7", None),
        ("1e3", None),
        ("1_000", None),
        ("nan", None),
        ("inf", None),
        ("\u0663", None),
        ("\u00b2", None),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        (str(10**30), LONGEST_TOLD_SECONDS),
        ("9" * 5000, LONGEST_TOLD_SECONDS),
    ],
)
def test_retry_after_is_seconds_or_nothing(header: str | None, expected: float | None) -> None:
    assert seconds(header) == expected


@pytest.mark.parametrize(
    ("retry_after", "words"),
    [("121", "again in 3 minutes"), ("52531", "again in 15 hours"), (None, "the rest later")],
)
def test_a_used_up_quota_says_when_to_come_back(retry_after: str | None, words: str) -> None:
    error = meaning(429, body_of("Too many requests", "QUOTA_EXCEEDED"), retry_after)
    assert words in str(error)


def test_a_wait_of_two_minutes_is_within_a_run() -> None:
    error = meaning(429, "", "120")
    assert isinstance(error, errors.RateLimited)
    assert error.retry_after == 120


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"error": {"message": null}}', "(418)"),
        ('{"error": {"message": 5, "reason": []}}', "(418 5)"),
        ('{"error": ["x"]}', "(418 ['x'])"),
        ('{"error": null}', "(418)"),
        ("[1]", "(418 [1])"),
        ("{}", "(418 {})"),
        ("[" * 100_000, f"(418 {'[' * 200})"),
        ("a\n\tb", "(418 a b)"),
        (json.dumps({"error": {"message": "x" * 999}}), f"(418 {'x' * 200})"),
    ],
)
def test_whatever_the_body_is_the_error_tells_one_short_line_of_it(body: str, told: str) -> None:
    assert str(meaning(418, body)).endswith(told)


def test_every_message_is_one_sentence() -> None:
    for status, body, _, _ in SECTION_5:
        sentence = str(meaning(status, body)).partition(" (")[0]
        assert ". " not in sentence
        assert not sentence.endswith(".")


@pytest.mark.parametrize("message", ["Forbidden", "forbidden.", "", " Forbidden\n"])
def test_only_known_words_say_that_a_playlist_is_closed(message: str) -> None:
    assert type(meaning(403, body_of(message))) is errors.Closed


@pytest.mark.parametrize(
    "message",
    [
        "Spotify is unavailable in this country",
        "Your application is blocked from accessing the Web API since you have exceeded the limits",
        "Account suspended",
        "Forbidden for this client",
    ],
)
def test_other_words_of_a_403_end_the_run_and_are_repeated(message: str) -> None:
    error = meaning(403, body_of(message))
    assert type(error) is errors.AppRefused
    assert message in str(error)


SECRET = "BQD-ab_c/d+e~0123456789abcdefghij"


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        SECRET.replace("/", "\\/"),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote(quote(SECRET, safe=""), safe=""),
        "".join(f"%{byte:02x}" for byte in SECRET.encode()),
        "".join(f"\\u{ord(character):04x}" for character in SECRET),
        "".join(f"&#{ord(character)};" for character in SECRET),
        b64encode(SECRET.encode()).decode(),
        b64encode(f"id:{SECRET}".encode()).decode(),
        b64encode(f"a-client:{SECRET}".encode()).decode().rstrip("="),
        urlsafe_b64encode(f"the-id:{SECRET}".encode()).decode(),
        quote(b64encode(f"ids:{SECRET}".encode()).decode(), safe=""),
    ],
)
@pytest.mark.parametrize("cut", [0, 190])
def test_a_secret_is_masked_in_every_spelling_and_before_the_text_is_cut(spelled: str, cut: int) -> None:
    for body in (f"{'x' * cut} {spelled}", body_of(f"{'x' * cut} {spelled}")):
        told = str(api_error(418, body, {}, path="", secrets=(SECRET,)))
        assert spelled[6:18] not in told
        assert cut or "*****" in told


def test_the_words_of_the_token_endpoint_are_never_repeated() -> None:
    for body in ("you sent the-secret", json.dumps({"error": "the-secret"}), body_of("the-secret")):
        assert "the-secret" not in str(token_error(418, body, {}))
