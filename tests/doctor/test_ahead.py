"""What `doctor` says of what ends one day."""
# ruff: noqa: E501 - a line is shown as it is, however long

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from playlist_archive.ahead import IMAGES, Size, nearest
from playlist_archive.doctor.ahead import SITE, Outlook, ends, findings, outlook
from playlist_archive.doctor.findings import Diagnosis
from playlist_archive.doctor.tell import lines
from playlist_archive.init.files import WORKFLOW
from playlist_archive.settings import Settings
from tests.git.repositories import archived, git, write

TODAY = date(2026, 11, 27)
MB = 1_000_000
GB = 1_000 * MB


def told(found: Outlook, topic: str) -> str:
    diagnosis = Diagnosis(tuple(finding for finding in findings(found) if finding.topic == topic), 0)
    return "\n".join(line.plain for line in lines(diagnosis)).rpartition("\n")[0]


@pytest.mark.parametrize(
    ("found", "topic", "expected"),
    [
        (Outlook(TODAY, images=("ubuntu-latest",)), "image", "✔ good   image        ubuntu-latest: GitHub updates it by itself"),
        (Outlook(TODAY, images=("macos-99",)), "image", "✔ good   image        macos-99: no end is known"),
        (Outlook(TODAY, images=("ubuntu-22.04",)), "image", "✔ good   image        ubuntu-22.04: about 141 days left, until 2027-04-17"),
        (Outlook(date(2027, 4, 16), images=("ubuntu-22.04",)), "image", "! note   image        ubuntu-22.04: about 1 day left, until 2027-04-17 → write `ubuntu-latest` after `runs-on:` in .github/workflows/archive.yml"),
        (Outlook(TODAY, last_commit=TODAY - timedelta(days=40)), "pause", "✔ good   pause        GitHub stops it 60 days after the last commit: 20 days left, and the bot commits before"),
        (Outlook(TODAY, last_commit=TODAY - timedelta(days=41)), "pause", "! note   pause        GitHub stops it 60 days after the last commit: 19 days left → push a commit, and press *Enable workflow* under Actions if it says so"),
        (Outlook(TODAY, repository=Size(100 * MB, 1.0 * MB)), "size", "✔ good   size         the repository has 100 MB, 1.00 MB a day: 1 GB in 900 days, 5 GB in 4,900 days"),
        (Outlook(TODAY, repository=Size(3 * MB)), "size", "✔ good   size         the repository has 3 MB, too new to tell when it reaches 1 GB"),
        (Outlook(TODAY, repository=Size(3 * MB, 100.0)), "size", "✔ good   size         the repository has 3 MB, 0.00 MB a day: 1 GB in more than 100 years, 5 GB in more than 100 years"),
        (Outlook(TODAY, repository=Size(999 * MB, 1.0 * MB)), "size", '! note   size         the repository has 999 MB, 1.00 MB a day: 1 GB in 1 day, 5 GB in 4,001 days → see "When to start a second repository" in docs/scale.md'),
        (Outlook(TODAY, repository=Size(2 * GB, 10.0 * MB)), "size", '! note   size         the repository has 2,000 MB, 10.00 MB a day, more than the 1 GB that GitHub recommends; 5 GB in 300 days → see "When to start a second repository" in docs/scale.md'),
        (Outlook(TODAY, site=Size(200 * MB, 1.0 * MB)), "website", "✔ good   website      200 MB, 1.00 MB a day at most: 800 MB in 600 days at the earliest"),
        (Outlook(TODAY, site=Size(900 * MB, 1.0 * MB)), "website", "! note   website      900 MB, 1.00 MB a day: GitHub Pages takes 1 GB → see what it leaves out in docs/website.md"),
    ],
)  # fmt: skip
def test_each_line_says_how_long_it_lasts(found: Outlook, topic: str, expected: str) -> None:
    assert told(found, topic) == expected


def test_all_that_ends_is_told_once() -> None:
    found = Outlook(
        TODAY,
        authorized_on=TODAY,
        images=("ubuntu-22.04", "ubuntu-latest"),
        last_commit=TODAY - timedelta(days=50),
        repository=Size(500 * MB, 5.0 * MB),
        site=Size(700 * MB, 1.0 * MB),
    )
    assert [(end.what, end.days_left(TODAY)) for end in ends(found)] == [
        ("Spotify ends the consent", 180),
        ("GitHub takes ubuntu-22.04 away", (IMAGES["ubuntu-22.04"] - TODAY).days),
        ("GitHub stops the schedule", 10),
        ("the repository reaches the 1 GB that GitHub recommends", 100),
        ("the repository reaches 5 GB", 900),
        ("the website reaches 800 MB", 100),
    ]
    assert nearest(ends(found)) == (("GitHub stops the schedule", TODAY + timedelta(days=10)))


def test_what_the_bot_prevents_and_what_is_past_does_not_end() -> None:
    quiet = Outlook(TODAY, last_commit=TODAY - timedelta(days=40), repository=Size(6 * GB, 1.0), site=Size(GB, 1.0))
    assert list(ends(quiet)) == []


def test_what_is_known_comes_from_the_folder_and_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    write(tmp_path, WORKFLOW, "    runs-on: ubuntu-24.04\n")
    write(tmp_path, f"{SITE}/index.html", "x" * 600)
    write(tmp_path, f"{SITE}/data/1.json", "x" * 400)
    for day in (0, 20):
        write(tmp_path, "playlists/data/0000000000000000000001.json", f"{{{day}}}")
        archived(tmp_path, day=TODAY - timedelta(days=20 - day))
    given = Settings(spotify_authorized_on=TODAY, archive_date=TODAY, spotify_refresh_token=SecretStr("a"))
    found = outlook(given, tmp_path)
    assert (found.today, found.authorized_on, found.images) == (TODAY, TODAY, ("ubuntu-24.04",))
    assert (found.last_commit, found.site) == (TODAY, Size(1_000, 50.0))
    assert found.repository
    assert found.repository.a_day
    assert outlook(given.model_copy(update={"spotify_refresh_token": None}), tmp_path).authorized_on is None


def test_where_git_refuses_or_is_not_there_nothing_is_known_of_it(tmp_path: Path) -> None:
    given = Settings(archive_date=TODAY)
    assert outlook(given, tmp_path) == Outlook(TODAY)
    (tmp_path / ".git").mkdir()
    assert outlook(given, tmp_path) == Outlook(TODAY)


def test_a_link_to_nowhere_in_the_website_counts_as_a_file(tmp_path: Path) -> None:
    write(tmp_path, f"{SITE}/index.html", "x" * 600)
    (tmp_path / SITE / "gone").symlink_to("nowhere")
    found = outlook(Settings(archive_date=TODAY), tmp_path)
    assert found.site
    assert found.site.total == 600 + len("nowhere")
