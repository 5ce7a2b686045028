"""Each screen of `doctor`, literally; the real code asks the simulator, on virtual time."""
# ruff: noqa: E501 - a screen is shown as it is, however long its lines

import json
import ssl
import subprocess
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from playlist_archive.archive.registry import read_registry
from playlist_archive.doctor.doctor import examine, examine_inside, most_requests
from playlist_archive.doctor.findings import Diagnosis, Mark
from playlist_archive.doctor.tell import as_json, lines
from playlist_archive.init.files import WORKFLOW
from spotify_simulator.accounts import Consent
from spotify_simulator.app import Simulator
from spotify_simulator.bodies import AppClass
from spotify_simulator.faults import Endpoint, Fault
from spotify_simulator.faults import Kind as Wrong
from spotify_simulator.transport import SimulatorTransport
from spotify_simulator.world import SPOTIFY, Person
from tests.harness import Replacing, settings_for, spotify
from tests.virtual_time import run_virtual
from tests.worlds import START, daily, playlist, world_id

OWN, FOREIGN, SHARED = (world_id(number) for number in (1, 2, 3))
EDITORIAL = "37i9dQZF1DX5LEXW9eXA0n"
NOWHERE = world_id(9)
SOMEBODY = Person("somebody", "Somebody")

HERE = """\
✔ good   remote       github.com/somebody/archive, main
! note   schedule     there is no .github/workflows/archive.yml: nothing runs by itself → run `playlist-archive init`, or run `update` daily yourself
✔ good   size         of the repository: not known if nothing is committed, or if older commits are missing
✔ good   website      none in _site: `playlist-archive site` builds it and tells its size
"""
DAY = """\
! note   day          ARCHIVE_DATE is set: every run takes 2026-11-02 for today → unset it, unless you replay a day on purpose: `unset ARCHIVE_DATE`
"""
ID = """\
! note   credentials  SPOTIFY_CLIENT_ID is not 32 characters of 0-9 and a-f, as every known id is → compare both with the app's page on developer.spotify.com/dashboard
"""
TOKEN = f"""\
{DAY}✔ good   network      Spotify answers
✔ good   credentials  Spotify takes SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET
"""
USER = """\
✔ good   user         reads as Listener
✔ good   consent      of 2026-10-03, 150 days left
"""
LIMITS = """\
✔ good   Premium      no complaint about the subscription of the app's owner
✔ good   allowlist    the user may use the app
✔ good   quota        not used up
✔ good   rate         Spotify did not ask to slow down
"""
PERMISSIVE = """\
✔ good   app class    extended or legacy: it reads every public playlist that a person made
"""
RESTRICTED = """\
! note   app class    restricted: it reads only playlists that its user owns or collaborates on → have the owner of another playlist make you a collaborator
"""
ALL = (OWN, FOREIGN, SHARED, NOWHERE, EDITORIAL)
LOST = f"""\
! note   playlist     {NOWHERE} not found: deleted, made private, or mistyped → open https://open.spotify.com/playlist/{NOWHERE}, and delete the entry if nothing is there
"""
TOO_EDITORIAL = f"""\
! note   playlist     {EDITORIAL} one of Spotify's own, which hardly any app may read → delete its entry from the registry
"""


def world(*faults: Fault, **options: object) -> Simulator:
    playlists = [
        playlist(1, name="My own"),
        playlist(2, name="Hers", owner=SOMEBODY),
        playlist(3, [1], name="Ours", owner=SOMEBODY, collaborative=True, collaborators=("listener",)),
        playlist(4, id=EDITORIAL, name="Ballads", owner=Person(SPOTIFY, "Spotify")),
    ]
    return spotify(daily(playlists), *faults, **options)  # type: ignore[arg-type] # the simulator's own options


def diagnose(
    root: Path,
    simulator: Simulator,
    *playlists: str,
    as_user: bool = True,
    ask_playlists: bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
    **settings: object,
) -> Diagnosis:
    for name in playlists:
        (root / "registry").mkdir(exist_ok=True)
        (root / "registry" / name).touch()
    given = {"spotify_authorized_on": START - timedelta(days=30)} if as_user else {}
    changed = settings_for(simulator, as_user=as_user).model_copy(update=given | settings)
    examined = examine_inside(
        changed,
        read_registry(root),
        root,
        ask_playlists=ask_playlists,
        transport=transport or SimulatorTransport(simulator),
    )
    return run_virtual(examined)


def screen(diagnosis: Diagnosis) -> str:
    return "".join(f"{line.plain}\n" for line in lines(diagnosis))


def test_an_extended_app_of_old_reads_even_spotifys_own(tmp_path: Path) -> None:
    told = f"""\
✔ good   playlist     {OWN} My own: served, 3 songs
✔ good   playlist     {FOREIGN} Hers: served, 3 songs
✔ good   playlist     {SHARED} Ours: served, 1 song
{LOST}✔ good   playlist     {EDITORIAL} Ballads: served, 3 songs
{HERE}An update will archive what is served (7 requests)
"""
    found = diagnose(tmp_path, world(app_class=AppClass.EXTENDED), *ALL)
    assert screen(found) == TOKEN + USER + LIMITS + PERMISSIVE + told
    assert found.exit_code == 0


def test_a_legacy_app_reads_what_people_made(tmp_path: Path) -> None:
    told = f"""\
✔ good   playlist     {OWN} My own: served, 3 songs
✔ good   playlist     {FOREIGN} Hers: served, 3 songs
✔ good   playlist     {SHARED} Ours: served, 1 song
{LOST}{TOO_EDITORIAL}{HERE}An update will archive what is served (7 requests)
"""
    found = diagnose(tmp_path, world(app_class=AppClass.LEGACY), *ALL)
    assert screen(found) == TOKEN + USER + LIMITS + PERMISSIVE + told
    assert found.exit_code == 0


def test_a_restricted_app_reads_what_its_user_has_a_part_in(tmp_path: Path) -> None:
    told = f"""\
✔ good   playlist     {OWN} My own: served, 3 songs
! note   playlist     {FOREIGN} Hers: its contents are closed to this app → have its owner make you a collaborator, or run this themselves
✔ good   playlist     {SHARED} Ours: served, 1 song
{LOST}{TOO_EDITORIAL}{HERE}An update will archive what is served (7 requests)
"""
    found = diagnose(tmp_path, world(app_class=AppClass.RESTRICTED), *ALL)
    assert screen(found) == TOKEN + USER + LIMITS + RESTRICTED + told
    assert found.exit_code == 0


def test_a_restricted_app_without_a_user_reads_nothing(tmp_path: Path) -> None:
    told = f"""\
{TOKEN}✔ good   user         none: reads as the app alone, which sees public playlists
✔ good   Premium      no complaint about the subscription of the app's owner
✔ good   quota        not used up
✔ good   rate         Spotify did not ask to slow down
! note   app class    restricted: it reads no playlist without a user → run `playlist-archive login`, and set what it gives
! note   playlist     {OWN} My own: closed to an app without a user → run `playlist-archive login`, and set what it gives
✘ stops  total        no playlist is served, so an update would write nothing
{HERE}An update can archive nothing (1 request)
"""
    found = diagnose(tmp_path, world(app_class=AppClass.RESTRICTED), OWN, as_user=False)
    assert screen(found) == told
    assert found.exit_code == 4


@pytest.mark.parametrize("consent", [Consent.EXPIRED, Consent.REVOKED])
def test_a_consent_that_is_over(tmp_path: Path, consent: Consent) -> None:
    simulator = world()
    simulator.accounts.consent = consent
    told = f"""\
{ID}{TOKEN}✘ stops  consent      it was revoked or is over, as it is after six months → run `playlist-archive login`, and set what it gives
{HERE}An update can archive nothing (0 requests)
"""
    found = diagnose(tmp_path, simulator, OWN)
    assert screen(found) == told
    assert found.exit_code == 4


def test_a_wrong_secret(tmp_path: Path) -> None:
    told = f"""\
{ID}{DAY}✔ good   network      Spotify answers
✘ stops  credentials  Spotify refuses SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET → compare both with the app's page on developer.spotify.com/dashboard
{HERE}An update can archive nothing (0 requests)
"""
    found = diagnose(tmp_path, world(), OWN, spotify_client_secret=SecretStr("not-the-secret"))
    assert screen(found) == told
    assert found.exit_code == 4


def test_a_secret_that_was_copied_with_more_is_named_once_spotify_refuses_it(tmp_path: Path) -> None:
    simulator = world()
    quoted = SecretStr(f'"{simulator.client_secret}"')
    told = screen(diagnose(tmp_path, simulator, spotify_client_secret=quoted))
    assert "! note   credentials  SPOTIFY_CLIENT_SECRET has quotes around it → leave them out\n" in told
    assert "✘ stops  credentials  Spotify refuses SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET → compare" in told
    assert simulator.client_secret not in told
    assert "SPOTIFY_CLIENT_ID is not 32" not in screen(diagnose(tmp_path, simulator))


def test_a_day_that_was_left_in_the_environment_is_named(tmp_path: Path) -> None:
    assert DAY in screen(diagnose(tmp_path, world(), archive_date=START))
    assert "ARCHIVE_DATE" not in screen(diagnose(tmp_path, world(), archive_date=None))


def test_an_owner_without_premium(tmp_path: Path) -> None:
    told = f"""\
✘ stops  Premium      the owner of the app has none → subscribe with the owner's account, and wait some hours
{HERE}An update can archive nothing (1 request)
"""
    found = diagnose(tmp_path, world(premium=False), OWN)
    assert screen(found) == TOKEN + USER.replace("Listener", "a user") + told
    assert found.exit_code == 4


def test_a_user_who_is_not_on_the_allowlist(tmp_path: Path) -> None:
    told = f"""\
✘ stops  allowlist    the user is not on it → add them under User Management on developer.spotify.com/dashboard
{HERE}An update can archive nothing (1 request)
"""
    found = diagnose(tmp_path, world(allowlisted=False), OWN)
    assert screen(found) == TOKEN + USER.replace("Listener", "a user") + told
    assert found.exit_code == 4


def test_a_quota_that_is_gone(tmp_path: Path) -> None:
    told = f"""\
✘ stops  quota        Spotify's quota for this app is used up: it serves the rest again in 24 hours (429 Too many requests) → wait; lower SPOTIFY_MAX_REQUESTS if it happens again
{HERE}An update can archive nothing (1 request)
"""
    found = diagnose(tmp_path, world(quota=0), OWN)
    assert screen(found) == TOKEN + USER.replace("Listener", "a user") + told
    assert found.exit_code == 4


def test_a_quota_that_ends_half_way_leaves_what_was_seen(tmp_path: Path) -> None:
    told = f"""\
✔ good   Premium      no complaint about the subscription of the app's owner
✔ good   allowlist    the user may use the app
✘ wrong  quota        Spotify's quota for this app is used up: it serves the rest again in 24 hours (429 Too many requests) → wait; lower SPOTIFY_MAX_REQUESTS if it happens again
✔ good   rate         Spotify did not ask to slow down
{PERMISSIVE}✔ good   playlist     {OWN} My own: served, 3 songs
! note   total        2 playlists not looked at → run this again later
{HERE}An update will archive a part, and fail for the rest (4 requests)
"""
    found = diagnose(tmp_path, world(quota=3), OWN, FOREIGN, SHARED)
    assert screen(found) == TOKEN + USER + told
    assert found.exit_code == 3


def test_no_network(tmp_path: Path) -> None:
    def unplugged(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    told = f"""\
{ID}{DAY}✘ stops  network      Spotify's accounts service gave no answer (no connection), 4 times → look at your connection, and try again later
{HERE}An update can archive nothing (0 requests)
"""
    found = diagnose(tmp_path, world(), OWN, transport=httpx.MockTransport(unplugged))
    assert screen(found) == told
    assert found.exit_code == 4


def untrusted(_: httpx.Request) -> httpx.Response:
    refused = ssl.SSLCertVerificationError()
    refused.verify_message = "self-signed certificate"
    raise httpx.ConnectError("CERTIFICATE_VERIFY_FAILED") from refused


def test_a_certificate_that_is_not_trusted_is_told_with_the_variable_that_helps(tmp_path: Path) -> None:
    told = screen(diagnose(tmp_path, world(), OWN, transport=httpx.MockTransport(untrusted)))
    (line,) = [line for line in told.splitlines() if "✘ stops  network" in line]
    assert "is not to be trusted (self-signed certificate) → where a proxy of your network shows its own" in line
    assert "set SSL_CERT_FILE to a file" in line


@pytest.mark.parametrize("is_trusted", [True, False])
def test_certificates_of_the_environment_are_named_where_spotify_is_not_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_trusted: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/proxy.pem")
    transport = None if is_trusted else httpx.MockTransport(untrusted)
    told = screen(diagnose(tmp_path, world(), OWN, transport=transport))
    assert ("! note   network      SSL_CERT_FILE=/proxy.pem is set" in told) is not is_trusted


def test_certificates_that_are_not_there_are_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    examined = examine(settings_for(world()), read_registry(tmp_path), tmp_path)
    told = screen(examined)
    assert "SSL_CERT_FILE must be a file with certificates in PEM form → correct it, or unset it" in told


def test_a_refresh_token_that_spotify_replaced_is_told_and_not_shown(tmp_path: Path) -> None:
    simulator = world()
    found = diagnose(tmp_path, simulator, OWN, transport=Replacing(simulator))
    assert "✘ wrong  consent      Spotify replaced the refresh token" in screen(found)
    assert "nobody may see" not in as_json(found)
    assert found.exit_code == 3


def test_credentials_that_are_not_set_cost_no_request(tmp_path: Path) -> None:
    told = f"""\
{DAY}✘ stops  settings     SPOTIFY_CLIENT_ID is not set → make an app on developer.spotify.com/dashboard, and set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET in the environment, or on GitHub under Settings > Secrets and variables > Actions
{HERE}An update can archive nothing (0 requests)
"""
    simulator = world()
    found = diagnose(tmp_path, simulator, OWN, spotify_client_id=None)
    assert screen(found) == told
    assert (found.exit_code, simulator.counted.total, simulator.counted.tokens) == (4, 0, 0)


@pytest.mark.parametrize(
    ("authorized_on", "told"),
    [
        (None, "! note   consent      SPOTIFY_AUTHORIZED_ON is not set"),
        (START, "✔ good   consent      of 2026-11-02, 180 days left"),
        (START - timedelta(days=149), "✔ good   consent      of 2026-06-06, 31 days left"),
        (START - timedelta(days=150), "! note   consent      of 2026-06-05, 30 days left → run"),
        (START - timedelta(days=179), "! note   consent      of 2026-05-07, 1 day left → run"),
        (START - timedelta(days=180), "! note   consent      of 2026-05-06, and over any day now → run"),
    ],
)
def test_the_days_that_are_left(tmp_path: Path, authorized_on: date | None, told: str) -> None:
    found = diagnose(tmp_path, world(), spotify_authorized_on=authorized_on)
    assert told in screen(found)
    assert found.exit_code == 0


def test_a_token_that_can_write_is_told(tmp_path: Path) -> None:
    simulator = world()
    simulator.accounts.scope = "playlist-read-private playlist-read-collaborative playlist-modify-private"
    told = "✘ wrong  scope        the token can write to your account (playlist-modify-private), which an archive never"
    assert told in screen(diagnose(tmp_path, simulator, OWN))


def test_a_token_for_restoring_on_github_is_told(tmp_path: Path) -> None:
    token = SecretStr("writes-as-the-user")
    shown = screen(diagnose(tmp_path, world(), OWN, spotify_restore_token=token, github_actions=True))
    assert "✘ wrong  scope        SPOTIFY_RESTORE_TOKEN is set on GitHub" in shown
    assert "writes-as-the-user" not in shown


def test_a_consent_without_a_scope_is_told(tmp_path: Path) -> None:
    simulator = world()
    simulator.accounts.scope = "playlist-read-private"
    assert "! note   scope        the consent lacks playlist-read-collaborative" in screen(
        diagnose(tmp_path, simulator)
    )


def test_bad_entries_are_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / f"{OWN}.md").touch()
    found = diagnose(tmp_path, world(), FOREIGN)
    assert f"✘ wrong  entry        registry/{OWN}.md bad entry: its name is not a playlist id" in screen(found)
    assert f"→ rename it to {OWN}\n" in screen(found)
    assert found.exit_code == 3


def test_a_playlist_in_trouble_fails_alone(tmp_path: Path) -> None:
    simulator = world()
    simulator.faults = type(simulator.faults)(
        spotify(daily([]), Fault(kind=Wrong.STATUS, playlist=OWN, times=None)).faults.plan
    )
    found = diagnose(tmp_path, simulator, OWN, FOREIGN)
    assert f"✘ wrong  playlist     {OWN} Spotify is in trouble" in screen(found)
    assert f"✔ good   playlist     {FOREIGN} Hers: served" in screen(found)
    assert found.exit_code == 3


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, "Forbidden", "its contents are closed to this app → have its owner"),
        (400, "", "Spotify refuses it without a reason → wait"),
    ],
)
def test_other_refusals_of_a_playlist_are_told(tmp_path: Path, status: int, body: str, told: str) -> None:
    simulator = world(Fault(kind=Wrong.STATUS, playlist=OWN, status=status, body=body, times=None))
    found = diagnose(tmp_path, simulator, OWN, FOREIGN)
    assert f"! note   playlist     {OWN} {told}" in screen(found)
    assert found.exit_code == 0


def test_an_account_that_spotify_does_not_show_stops_nothing(tmp_path: Path) -> None:
    fault = Fault(kind=Wrong.STATUS, endpoint=Endpoint.ME, status=404, times=None)
    found = diagnose(tmp_path, world(fault), OWN)
    assert "! note   account      Spotify does not find it" in screen(found)
    assert f"✔ good   playlist     {OWN} My own: served" in screen(found)
    assert found.exit_code == 0


def test_the_budget_of_requests_is_kept(tmp_path: Path) -> None:
    found = diagnose(tmp_path, world(), *ALL, spotify_max_requests=3)
    assert "! note   budget       the 3 requests that a run may make reach no further" in screen(found)
    assert "! note   total        4 playlists not looked at" in screen(found)
    assert (found.requests, found.exit_code) == (3, 0)


def test_being_asked_to_slow_down_is_told(tmp_path: Path) -> None:
    assert "! note   rate         Spotify asked to slow down" in screen(diagnose(tmp_path, world(rate=3), *ALL))


def test_nothing_registered_is_told_with_what_to_do(tmp_path: Path) -> None:
    assert "! note   entries      no playlist is registered" in screen(diagnose(tmp_path, world()))
    assert "! note   access       not known: nothing was asked" in screen(diagnose(tmp_path, world(), as_user=False))


def test_a_schedule_and_no_remote_are_seen(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet"), cwd=tmp_path, check=True)
    (tmp_path / WORKFLOW).parent.mkdir(parents=True)
    (tmp_path / WORKFLOW).write_text("name: archive\n")
    told = screen(diagnose(tmp_path, world(), github_repository=None))
    assert "! note   remote       not on GitHub" in told
    assert "! note   schedule     .github/workflows/archive.yml is not committed → run `git add .`" in told


def test_many_served_playlists_are_counted_and_the_others_still_named(tmp_path: Path) -> None:
    simulator = spotify(daily([playlist(number) for number in range(1, 41)]))
    found = diagnose(tmp_path, simulator, *(world_id(number) for number in range(1, 43)))
    told = screen(found).splitlines()
    assert "✔ good   total        40 playlists are served" in told
    assert len([line for line in told if " playlist     " in line]) == 2
    assert len(told) < 24
    assert len([finding for finding in found.findings if finding.about]) == 42


def test_a_hostile_name_is_one_harmless_line(tmp_path: Path) -> None:
    simulator = spotify(daily([playlist(1, name="\x1b[31mred\n::error::x")]))
    told = screen(diagnose(tmp_path, simulator, OWN))
    assert "\x1b" not in told
    assert "::error" not in told
    assert len(told.splitlines()) == len([*lines(diagnose(tmp_path, simulator, OWN))])


def test_no_more_is_asked_than_was_announced(tmp_path: Path) -> None:
    simulator = world()
    found = diagnose(tmp_path, simulator, *ALL)
    registry, settings = read_registry(tmp_path), settings_for(simulator, as_user=True)
    said = most_requests(settings, registry, ask_playlists=True)
    assert said == "at most 6 requests to Spotify, and one for every 50 playlists of your library"
    assert found.requests == simulator.counted.total == 6 + 1
    assert simulator.counted.by_endpoint == {Endpoint.ME: 1, Endpoint.LIBRARY: 1, Endpoint.PLAYLIST: 5}
    assert most_requests(settings_for(simulator), registry, ask_playlists=True) == "at most 5 requests to Spotify"


@pytest.mark.parametrize(
    ("app_class", "told"),
    [(AppClass.LEGACY, PERMISSIVE), (AppClass.RESTRICTED, RESTRICTED)],
    ids=["legacy", "restricted"],
)
def test_without_playlists_the_library_tells_the_class(tmp_path: Path, app_class: AppClass, told: str) -> None:
    found = diagnose(tmp_path, world(app_class=app_class), *ALL, ask_playlists=False)
    verdict = "An update will archive what is served (2 requests)\n"
    assert screen(found) == TOKEN + USER + LIMITS + told + HERE + verdict


def test_the_json_has_every_finding_and_no_secret(tmp_path: Path) -> None:
    simulator = world()
    found = diagnose(tmp_path, simulator, *ALL)
    told = json.loads(as_json(found))
    assert (told["exit_code"], told["requests"]) == (0, 7)
    assert told["findings"][1] == {
        "topic": "network", "mark": Mark.GOOD, "message": "Spotify answers", "remedy": "", "about": ""
    }  # fmt: skip
    assert len(told["findings"]) == len(found.findings)
    for secret in (simulator.client_secret, simulator.refresh_token):
        assert secret not in as_json(found) + screen(found)
