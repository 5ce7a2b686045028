"""archive.yml and site/action.yml: the website is built and published, where its owner wants that."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from spotify_simulator.app import Simulator
from tests.workflows.conftest import GitHub, git, workflow
from tests.workflows.runner import Job
from tests.workflows.test_archive import archive, register, simulated
from tests.worlds import day, playlist, world_id

FLOW = workflow("archive.yml")
ENABLED: Mapping[str, str] = {
    "vars.SITE_ENABLED": "true",
    "vars.SITE_PRIVATE_ALLOWED": "",
    "vars.SITE_INDEXED": "",
    "github.token": "a token",
}


@pytest.fixture
def archived(github: GitHub) -> tuple[GitHub, Simulator]:
    """An archive of two days."""
    simulator = simulated([playlist(1), playlist(2)], [playlist(1, (0, 1, 9)), playlist(2)])
    github.serve(simulator)
    github.write_code()
    register(github, 1, 2)
    for number in range(2):
        simulator.day = day(number)
        run = archive(github, simulator, context={"vars.SITE_ENABLED": "true"})
        assert run.failed == [], run.log
    return github, simulator


def job(github: GitHub, artifacts: Path, context: Mapping[str, str] = ENABLED, **environment: str) -> Job:
    found = github.job(dict(context), **environment)
    found.artifacts = artifacts
    artifacts.mkdir(exist_ok=True)
    return found


def test_the_website_has_the_days_before_and_is_published(archived: tuple[GitHub, Simulator], tmp_path: Path) -> None:
    github, _ = archived
    built = job(github, tmp_path / "artifacts")
    assert built.run(FLOW, "site")
    assert (built.failed, built.skipped) == ([], []), built.log
    pages = tmp_path / "artifacts" / "github-pages"
    page = (pages / "playlists" / f"{world_id(1)}.html").read_text(encoding="utf-8")
    assert "2026-11-03" in page
    assert "first archived" in page
    assert "noindex" in page
    assert "https://somebody.github.io/archive/feed.xml" in (pages / "feed.xml").read_text(encoding="utf-8")
    assert "The website: https://somebody.github.io/archive" in built.summary
    assert list(pages.glob(".*")) == []

    deployed = job(github, tmp_path / "artifacts")
    assert deployed.run(FLOW, "deploy")
    assert (deployed.failed, deployed.environment_name) == ([], "github-pages")


@pytest.mark.proof
def test_the_index_links_to_the_website(archived: tuple[GitHub, Simulator]) -> None:
    link = "[The website: search, any day, feeds](https://somebody.github.io/archive/)"
    assert archived[0].text(layout.INDEX_PAGE).startswith(f"{link}\n\n## Playlists")


def test_there_is_none_before_its_owner_asks_for_it(archived: tuple[GitHub, Simulator], tmp_path: Path) -> None:
    off = job(archived[0], tmp_path / "artifacts", {**ENABLED, "vars.SITE_ENABLED": ""})
    assert not off.run(FLOW, "site")


@pytest.mark.proof
@pytest.mark.parametrize(("visibility", "allowed", "is_built"), [("PRIVATE", "", False), ("INTERNAL", "true", True)])
def test_a_repository_that_is_not_public_is_published_only_if_its_owner_says_so(
    archived: tuple[GitHub, Simulator], tmp_path: Path, visibility: str, allowed: str, *, is_built: bool
) -> None:
    context = {**ENABLED, "vars.SITE_PRIVATE_ALLOWED": allowed}
    asked = job(archived[0], tmp_path / "artifacts", context, FAKE_GH_VISIBILITY=visibility)
    assert asked.run(FLOW, "site")
    assert (asked.failed == []) == is_built, asked.log
    assert ("The repository is not public" in asked.log) != is_built
    assert (tmp_path / "artifacts" / "github-pages").exists() == is_built


@pytest.mark.proof
def test_the_next_build_makes_only_what_changed_and_does_without_what_was_kept(
    archived: tuple[GitHub, Simulator], tmp_path: Path
) -> None:
    def build(caches: Path) -> str:
        ran = job(archived[0], tmp_path / f"artifacts{len(list(tmp_path.glob('artifacts*')))}")
        ran.caches = caches
        caches.mkdir(exist_ok=True)
        assert ran.run(FLOW, "site")
        assert ran.failed == [], ran.log
        return ran.log

    assert " 0 files written" not in build(tmp_path / "caches")
    assert " 0 files written, 0 deleted" in build(tmp_path / "caches")
    assert len(list((tmp_path / "caches").iterdir())) == 1
    assert " 0 files written" not in build(tmp_path / "others")


def test_who_publishes_checks_nothing_out_and_waits_for_the_build() -> None:
    site, deploy = FLOW["jobs"]["site"], FLOW["jobs"]["deploy"]
    assert (site["needs"], deploy["needs"]) == ("archive", "site")
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert site["permissions"] == {"contents": "read", "pages": "read"}
    assert [step["uses"].split("@")[0] for step in deploy["steps"]] == ["actions/deploy-pages"]


@pytest.mark.proof
def test_the_search_of_a_published_website_is_whole(archived: tuple[GitHub, Simulator], tmp_path: Path) -> None:
    built = job(archived[0], tmp_path / "artifacts", {**ENABLED, "vars.SITE_INDEXED": "true"})
    assert built.run(FLOW, "site")
    pages = tmp_path / "artifacts" / "github-pages"
    assert (pages / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    assert len(list(pages.glob("search/*/words/*.json.gz"))) == 1
    assert git(archived[0].somebody, "status", "--porcelain") == ""
