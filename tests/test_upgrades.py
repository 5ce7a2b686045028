"""What older versions of this program wrote is read for ever, and what newer ones wrote is left alone.

`fixtures/format-1` is an archive as version 0.1.0 wrote it, with invented songs. Its records, its entries, its table of
likes and its doubts are never changed. Its pages follow the newest renderer.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from playlist_archive.archive import layout
from playlist_archive.archive.doubt import Sign
from playlist_archive.archive.doubted import read_doubted
from playlist_archive.archive.ids import parse_playlist_id
from playlist_archive.archive.model import Reason, Record, Unavailable
from playlist_archive.archive.record_file import record_text
from playlist_archive.archive.registry import read_registry
from playlist_archive.archive.store import Store
from playlist_archive.cli import main
from playlist_archive.exit_code import ExitCode
from playlist_archive.outcome import Kind
from playlist_archive.problem import Note
from playlist_archive.render.followers import read_table
from playlist_archive.render.page import Repository
from playlist_archive.run import anew, pages, start
from playlist_archive.run.anew import RenderJob, render_archive
from playlist_archive.run.pages import RENDERER
from playlist_archive.settings import Settings
from playlist_archive.upstream import own_version
from tests.harness import Archive, kinds, settings_for, spotify
from tests.worlds import daily, day, playlist, rows, world_id

FIXTURE = Path(__file__).parent / "fixtures" / "format-1"
KEPT = "c87a3a314f10d84e"
"""The digest of what is never changed again."""

PAGES = {1: "e9b5211970d013db"}
"""The digest of the fixture's pages by the version of the renderer."""

ONE, TWO, GONE, DOUBTED, PRIVATE = (parse_playlist_id(world_id(number)) for number in range(1, 6))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the fixture, in the repository that its pages name."""
    monkeypatch.setenv("GITHUB_REPOSITORY", "somebody/archive")
    monkeypatch.setenv("GITHUB_REF_NAME", "main")
    return shutil.copytree(FIXTURE, tmp_path / "archive")


def files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(found)}


def digest(content: dict[str, bytes]) -> str:
    return hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()[:16]


def is_page(path: str) -> bool:
    return path.endswith(".md") or path.startswith((layout.PLAIN, layout.INDEX_DATA))


def known(root: Path, playlist_id: str) -> Record:
    record = Store(root).record(parse_playlist_id(playlist_id))
    assert record
    return record


def test_the_fixture_is_as_it_was_written() -> None:
    kept = {path: content for path, content in files(FIXTURE).items() if not is_page(path)}
    assert digest(kept) == KEPT


def test_a_change_of_the_pages_raises_the_version_of_the_renderer() -> None:
    rendered = {path: content for path, content in files(FIXTURE).items() if is_page(path)}
    assert digest(rendered) == PAGES[RENDERER], "raise RENDERER, render the fixture anew, and add a line to PAGES"


def test_every_kind_of_file_is_read(root: Path) -> None:
    registry = read_registry(root)
    assert (registry.aliases[TWO], registry.problems) == ("An alias", ())
    one, two = known(root, ONE), known(root, TWO)
    assert one.tracks[1].spans[0].removed_on == date(2026, 11, 3)
    assert one.tracks[1].observed == (1,)
    assert [track.uri.split(":")[1] for track in one.removed] == ["episode", "local"]
    assert {track.added_by for track in one.tracks} == {None, "a.friend"}
    assert two.tracks[2].upper_bound
    assert known(root, GONE).unavailable == Unavailable(since=day(2), reason=Reason.NOT_FOUND)
    assert known(root, PRIVATE).private
    assert known(root, PRIVATE).null_items == 1
    doubts = read_doubted((root / layout.DOUBTED).read_text(encoding="utf-8"))
    assert (doubts[DOUBTED].at, doubts[DOUBTED].sign) == (datetime(2026, 11, 5, 12, tzinfo=UTC), Sign.UNEDITED)
    assert read_table((root / layout.followers(day(0))).read_text(encoding="utf-8"))


def test_a_record_is_written_back_as_it_was(root: Path) -> None:
    for playlist_id in (ONE, TWO, GONE, DOUBTED, PRIVATE):
        text = (root / layout.data(playlist_id)).read_text(encoding="utf-8")
        assert record_text(known(root, playlist_id)) == text


def test_render_changes_nothing(root: Path) -> None:
    before = files(root)
    assert main(["render", "--root", str(root)]) == ExitCode.DONE
    assert files(root) == before


# Newer formats


def newer(root: Path, path: str, needs: str = "1.4") -> dict[str, bytes]:
    """Makes a file one of a later format; returns what is there then."""
    text = (root / path).read_text(encoding="utf-8")
    later = text.replace('"format": 1,', f'"format": 2,\n"needs": "{needs}",') if '"format"' in text else ""
    (root / path).write_text(later or f'{{"format": 2, "needs": "{needs}", "doubts": {text}}}', encoding="utf-8")
    return files(root)


def archive(root: Path) -> Archive:
    """The archive on the day after the fixture's last, on which two of its playlists have changed."""
    lists = [playlist(1, range(4)), playlist(4, rows=rows(range(30, 35)))]
    return Archive(root, spotify(daily(*[lists] * 5), day=day(4)), as_user=True)


def test_a_record_of_a_newer_format_says_what_it_needs_and_keeps_all_its_files(root: Path) -> None:
    path = layout.data(ONE)
    before = newer(root, path)
    run = archive(root).run()
    (failed,) = run.of(Kind.FAILED)
    note = Note(f"{path} is of format 2, this program knows up to 1", "update playlist-archive to 1.4 or later")
    assert (failed.id, failed.note) == (ONE, note)
    after = files(root)
    assert {name: after[name] for name in layout.files_of(ONE)} == {name: before[name] for name in layout.files_of(ONE)}
    assert after[layout.INDEX_PAGE] == before[layout.INDEX_PAGE]
    assert Kind.FAILED not in [kind for name, kind in kinds(run).items() if name != ONE]


def test_render_leaves_a_record_of_a_newer_format(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = newer(root, layout.data(ONE))
    assert main(["render", "--root", str(root)]) == ExitCode.PARTIAL
    assert "update playlist-archive to 1.4 or later" in " ".join(capsys.readouterr().err.split())
    assert files(root) == before


def test_where_a_newer_program_doubts_nothing_is_asked_and_nothing_written(root: Path) -> None:
    before = newer(root, layout.DOUBTED)
    (root / layout.UNFINISHED).mkdir()
    run = archive(root).run()
    message = f"{layout.DOUBTED} is of format 2, this program knows up to 1"
    note = Note(message, "update playlist-archive to 1.4 or later")
    assert (run.refused, run.exit_code, run.requests) == (note, ExitCode.REFUSED, 0)
    assert files(root) == before
    assert archive(root).collect([run]).refused == note
    assert files(root) == before


# Pages of an older version


def git(root: Path, *arguments: str) -> str:
    command = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments)
    return subprocess.run(command, cwd=root, check=True, capture_output=True, encoding="utf-8").stdout.strip()


@pytest.fixture
def older(root: Path) -> Path:
    """The archive in git, with pages that an older version of this program made."""
    for playlist_id in (ONE, TWO, GONE):
        page = root / layout.pretty(playlist_id)
        page.write_text(page.read_text(encoding="utf-8").replace("| Length |", "| Duration |"), encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "As it was")
    return root


def renew(root: Path) -> None:
    """A newer renderer, and then a run that commits."""
    job = archive(root).job()._replace(commit=True, shards=())
    start.archive(settings(root), job)


def settings(root: Path) -> Settings:
    return settings_for(archive(root).simulator, day=day(4))


@pytest.mark.parametrize("renew", [lambda root: main(["render", "--root", str(root), "--commit"]), renew])
def test_after_an_upgrade_all_pages_change_in_one_commit_that_says_so(
    older: Path, renew: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (anew, pages):
        monkeypatch.setattr(module, "RENDERER", 2)
    renew(older)
    renewed = git(older, "log", "--format=%H", "--grep=^Render anew", "HEAD").split()
    assert len(renewed) == 1
    subject = f"Render anew with playlist-archive {own_version()}: 3 playlists"
    assert git(older, "show", "--no-patch", "--format=%s", *renewed) == subject
    assert set(git(older, "show", "--format=", "--name-only", *renewed).splitlines()) == {
        *(layout.pretty(playlist_id) for playlist_id in (ONE, TWO, GONE)),
        layout.RENDERER,
    }
    renew(older)
    assert git(older, "log", "--format=%H", "--grep=^Render anew", "HEAD").split() == renewed


def test_without_an_upgrade_no_run_renders_anything_anew(older: Path) -> None:
    renew(older)
    assert "Duration" in (older / layout.pretty(ONE)).read_text(encoding="utf-8")
    assert not (older / layout.RENDERER).exists()


def test_a_page_whose_record_waits_for_another_commit_is_not_committed(older: Path) -> None:
    record = known(older, ONE).model_copy(update={"name": "Not committed"})
    (older / layout.data(ONE)).write_text(record_text(record), encoding="utf-8")
    job = RenderJob(older, read_registry(older), Repository("somebody/archive"), day(4), is_committed=True)
    assert render_archive(job).is_committed
    assert layout.pretty(ONE) not in git(older, "show", "--format=", "--name-only", "HEAD").splitlines()


def test_a_new_archive_notes_its_renderer_in_its_first_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (anew, pages):
        monkeypatch.setattr(module, "RENDERER", 2)
    new = archive(tmp_path)
    new.register()
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    start.archive(settings(tmp_path), new.job()._replace(commit=True, shards=()))
    assert (tmp_path / layout.RENDERER).read_text(encoding="utf-8") == '{"renderer": 2}\n'
    assert "Render anew" not in git(tmp_path, "log", "--all", "--format=%s")
