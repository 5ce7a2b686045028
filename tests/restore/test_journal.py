from pathlib import Path

import pytest

from playlist_archive.restore.journal import Journal, JournalError, Restoration
from playlist_archive.restore.plan import LeftOut, Plan, Song
from tests.builders import track_uri

PLAN = Plan("A Name", "A text", (Song(track_uri(1), "One"),), (LeftOut("x", "y", "z"),))


def test_an_entry_reads_back_as_it_was_written(tmp_path: Path) -> None:
    journal, restoration = Journal(tmp_path, "source"), Restoration.begin(PLAN)
    journal.write(restoration)
    assert Journal(tmp_path, "source").read() == restoration
    assert Journal(tmp_path, "another").read() is None


def test_every_restore_has_a_mark_of_its_own() -> None:
    restorations = [Restoration.begin(PLAN) for _ in range(50)]
    assert len({restoration.mark for restoration in restorations}) == 50
    assert all(restoration.description == f"A text [{restoration.mark}]" for restoration in restorations)


def test_an_ended_restore_leaves_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "source")
    journal.write(Restoration.begin(PLAN))
    journal.end()
    journal.end()
    assert journal.read() is None
    assert list(journal.path.parent.iterdir()) == []


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "source")
    journal.write(Restoration.begin(PLAN))
    journal.path.write_text("{", encoding="utf-8")
    with pytest.raises(JournalError, match="delete it, and begin anew"):
        journal.read()


def test_a_journal_of_a_newer_program_says_what_it_needs_and_stays(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "source")
    journal.write(Restoration.begin(PLAN))
    text = journal.path.read_text(encoding="utf-8").replace('"format":1', '"format":2,"needs":"1.4","more":1')
    journal.path.write_text(text, encoding="utf-8")
    with pytest.raises(JournalError, match=r"of format 2, .*: update playlist-archive to 1\.4 or later"):
        journal.read()
    assert journal.path.read_text(encoding="utf-8") == text


def test_a_folder_that_cannot_be_written_ends_the_restore(tmp_path: Path) -> None:
    (tmp_path / "playlist-archive").write_text("", encoding="utf-8")
    with pytest.raises(JournalError, match="nothing was sent without it"):
        Journal(tmp_path, "source").write(Restoration.begin(PLAN))


def test_two_restores_do_not_work_at_once(tmp_path: Path) -> None:
    one, other = Journal(tmp_path, "a source"), Journal(tmp_path, "another")
    with (
        one.held(),
        pytest.raises(JournalError, match=r"another restore is at work.*wait until the other restore"),
        other.held(),
    ):
        pass
    with other.held():
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "playlist-archive").write_text("in the way")
    with pytest.raises(JournalError, match="set XDG_STATE_HOME"), Journal(tmp_path, "a source").held():
        pass
