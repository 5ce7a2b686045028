"""What the doctor says of a website, where somebody wants one."""

from pathlib import Path

import pytest

from playlist_archive.doctor.findings import Mark
from playlist_archive.doctor.website import findings
from playlist_archive.init.begin import begin
from playlist_archive.init.files import WORKFLOW
from playlist_archive.init.pin import Pin
from playlist_archive.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    begin(tmp_path, Pin("somebody/bot", "0" * 40))
    return tmp_path


def test_where_nobody_wants_a_website_nothing_is_said(root: Path) -> None:
    assert list(findings(Settings(), root)) == []


def test_a_new_archive_publishes_and_the_address_is_told(root: Path) -> None:
    settings = Settings(site_enabled=True, github_repository="Somebody/archive")
    (found,) = findings(settings, root)
    assert found.mark == Mark.GOOD
    assert found.message.startswith("the website is at https://somebody.github.io/archive/; on GitHub, choose Settings")


def test_an_address_that_is_not_known_is_asked_for(root: Path) -> None:
    (found,) = findings(Settings(site_enabled=True), root)
    assert (found.mark, "SITE_URL" in found.remedy) == (Mark.NOTE, True)


def test_a_workflow_of_before_lacks_the_jobs(root: Path) -> None:
    text = (root / WORKFLOW).read_text(encoding="utf-8")
    (root / WORKFLOW).write_text(text.partition("  site:")[0], encoding="utf-8")
    _, found = findings(Settings(site_url="https://music.example.org"), root)
    assert (found.mark, found.about) == (Mark.NOTE, WORKFLOW)
    (root / WORKFLOW).unlink()
    assert len(list(findings(Settings(site_url="https://music.example.org"), root))) == 1
