from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from playlist_archive.archive.layout import data
from playlist_archive.git.repository import GitError
from playlist_archive.git.versions import (
    Log,
    fetch_missing,
    has_ancestor,
    place,
    read_log,
    texts,
)
from tests.archives import Commit, committed, git, noon
from tests.builders import playlist_id

DAY = date(2026, 11, 2)
ONE, TWO = data(playlist_id(1)), data(playlist_id(2))


def on(number: int, files: dict[str, bytes | None], **more: object) -> Commit:
    return Commit(noon(DAY + timedelta(days=number)), files, **more)  # type: ignore[arg-type]  # marks and parents


def log(root: Path, since: str | None = None) -> Log:
    return read_log(root, place(root).head, since=since)


def told(root: Path, found: Log) -> list[tuple[str, date, bytes]]:
    """The playlist, the day and the text of each change."""
    contents = texts(root, [change.blob for change in found.changes])
    return [
        (change.playlist_id, found.commits[change.commit].day, text)
        for change, text in zip(found.changes, contents, strict=True)
    ]


def values(root: Path) -> list[bytes]:
    return [text for _, _, text in told(root, log(root))]


def test_versions_come_in_order_of_playlist_and_then_of_ancestry(tmp_path: Path) -> None:
    root = committed(
        tmp_path / "a",
        [on(0, {ONE: b"1a", TWO: b"2a"}), on(1, {"README.md": b"x"}), on(2, {TWO: b"2b"}), on(3, {ONE: b"1b"})],
    )
    first, second = playlist_id(1), playlist_id(2)
    days = [DAY + timedelta(days=number) for number in range(4)]
    assert told(root, log(root)) == [
        (first, days[0], b"1a"),
        (first, days[3], b"1b"),
        (second, days[0], b"2a"),
        (second, days[2], b"2b"),
    ]
    assert [commit.day for commit in log(root).commits] == [days[0], days[2], days[3]]


def test_ancestry_and_not_the_clock_gives_the_order(tmp_path: Path) -> None:
    root = committed(
        tmp_path / "a", [on(5, {ONE: b"a"}), on(-900, {ONE: b"b"}), on(9_000, {ONE: b"c"}), on(6, {ONE: b"d"})]
    )
    assert values(root) == [b"a", b"b", b"c", b"d"]


@pytest.mark.parametrize("seconds", [0, 2**40, 10**15])
def test_no_clock_is_too_wrong(tmp_path: Path, seconds: int) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"})])
    tree = git(root, "rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nauthor N <n@x> {seconds} +0000\ncommitter N <n@x> {seconds} +0000\n\nx\n"
    git(
        root,
        "reset",
        "--hard",
        git(root, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", text=text.encode()),
    )
    assert log(root).commits[0].day in {date(1970, 1, 1), date.max}


def test_the_day_of_a_commit_is_in_utc(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"})])
    git(root, "commit", "--quiet", "--amend", "--no-edit", "--date=2026-11-02T23:30:00-05:00")
    assert log(root).commits[0].day == date(2026, 11, 3)


def test_a_rebase_keeps_the_days(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {"x": b"x"}), on(1, {ONE: b"a"}), on(2, {ONE: b"b"})])
    before = told(root, log(root))
    git(root, "commit", "--quiet", "--amend", "--no-edit")
    git(root, "rebase", "--quiet", "--force-rebase", "--root")
    assert told(root, log(root)) == before


def test_what_is_no_record_is_left_out(tmp_path: Path) -> None:
    files: dict[str, bytes | None] = {
        "playlists/data/README.json": b"x",
        "playlists/data/deep/0000000000000000000001.json": b"x",
        f"{ONE}.bak": b"x",
        "playlists/plain/0000000000000000000001": b"x",
        ONE: b"record",
    }
    assert values(committed(tmp_path / "a", [on(0, files)])) == [b"record"]


def test_a_record_that_was_deleted_has_its_versions_until_then_and_since(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"}), on(1, {ONE: None}), on(2, {ONE: b"b"})])
    assert values(root) == [b"a", b"b"]


def test_only_what_is_new_can_be_asked_for(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"}), on(1, {ONE: b"b"})])
    head = place(root).head
    assert log(root, head) == Log((), (), has_merges=False)
    committed(root, [on(2, {ONE: b"c"})])
    assert [text for _, _, text in told(root, log(root, head))] == [b"c"]
    assert has_ancestor(root, head, place(root).head)
    assert not has_ancestor(root, place(root).head, head)
    assert not has_ancestor(root, "0" * 40, head)


Told = tuple[int, int, Sequence[int], str, bytes]
"""A commit: its day, its mark, the marks of its parents, and the file that it changes."""


def history(*parts: Told) -> list[Commit]:
    return [on(day, {path: text}, mark=mark, parents=parents) for day, mark, parents, path, text in parts]


def test_a_pull_that_merged_the_bots_commits_keeps_every_one_of_their_days(tmp_path: Path) -> None:
    """Somebody changed the README, and merged what the bot had pushed: that is the second parent of the merge."""
    root = committed(
        tmp_path / "a",
        history(
            (0, 1, (), ONE, b"a"),
            (1, 2, (1,), ONE, b"b"),
            (2, 3, (2,), ONE, b"c"),
            (3, 4, (1,), "README.md", b"mine"),
            (4, 5, (4, 3), ONE, b"c"),
        ),
    )
    assert [(day, text) for _, day, text in told(root, log(root))] == [
        (DAY + timedelta(days=number), text) for number, text in enumerate((b"a", b"b", b"c"))
    ]


def test_of_two_branches_that_both_changed_records_the_first_parent_counts(tmp_path: Path) -> None:
    begin = history(
        (0, 1, (), ONE, b"a"),
        (1, 2, (1,), ONE, b"ours"),
        (2, 3, (1,), ONE, b"theirs"),
        (2, 4, (3,), TWO, b"only theirs"),
    )
    merged = on(3, {ONE: b"both", TWO: b"only theirs"}, mark=5, parents=(2, 4))
    root = committed(tmp_path / "a", [*begin, merged, on(4, {ONE: b"later"})])
    first, second = playlist_id(1), playlist_id(2)
    days = [DAY + timedelta(days=number) for number in range(5)]
    assert told(root, log(root)) == [
        (first, days[0], b"a"),
        (first, days[1], b"ours"),
        (first, days[3], b"both"),
        (first, days[4], b"later"),
        (second, days[3], b"only theirs"),
    ]
    assert log(root).has_merges


def test_an_archive_in_a_folder_of_a_repository_is_read(tmp_path: Path) -> None:
    committed(tmp_path / "a", [on(0, {f"my/archive/{ONE}": b"a", ONE: b"elsewhere"})])
    root = tmp_path / "a" / "my" / "archive"
    assert values(root) == [b"a"]
    assert place(root).prefix == "my/archive/"
    assert place(root).cache.resolve() == (tmp_path / "a" / ".git" / "playlist-archive").resolve()


def test_the_users_own_settings_of_git_change_nothing(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"}), on(1, {ONE: b"b"})])
    settings = {
        "log.showRoot": "false",
        "log.follow": "true",
        "log.showSignature": "true",
        "color.ui": "always",
        "diff.renames": "copies",
        "log.decorate": "full",
        "core.quotePath": "true",
        "log.date": "relative",
        "core.abbrev": "4",
    }
    for name, value in settings.items():
        git(root, "config", name, value)
    assert values(root) == [b"a", b"b"]


def test_more_versions_than_a_pipe_holds_are_read(tmp_path: Path) -> None:
    count = 1_100
    root = committed(tmp_path / "a", [on(0, {ONE: str(number).encode() * 99}) for number in range(count)])
    assert values(root) == [str(number).encode() * 99 for number in range(count)]


def test_whoever_stops_reading_early_ends_git(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"x" * 999_999}), on(1, {ONE: b"y" * 999_999})])
    reading = texts(root, [change.blob for change in log(root).changes])
    assert len(next(reading)) == 999_999
    reading.close()  # type: ignore[attr-defined]  # a generator


def test_a_shallow_clone_knows_its_border(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(number, {ONE: str(number).encode()}) for number in range(5)])
    git(tmp_path, "clone", "--quiet", "--depth=2", root.as_uri(), "b")
    shallow = tmp_path / "b"
    assert place(root).border == frozenset()
    assert place(shallow).border == {git(shallow, "rev-parse", "HEAD~1")}
    assert values(shallow) == [b"3", b"4"]


def partial_clone(tmp_path: Path, count: int) -> tuple[Path, Path]:
    root = committed(tmp_path / "a", [on(number, {ONE: str(number).encode()}) for number in range(count)])
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", root.as_uri(), "b")
    return root, tmp_path / "b"


def missing(root: Path) -> int:
    return git(root, "rev-list", "--objects", "--missing=print", "HEAD").count("?")


def test_what_a_partial_clone_lacks_is_fetched_at_once(tmp_path: Path) -> None:
    _, partial = partial_clone(tmp_path, 9)
    assert missing(partial) == 8
    fetch_missing(partial, place(partial).head)
    assert missing(partial) == 0
    assert values(partial) == [str(number).encode() for number in range(9)]


def test_a_partial_clone_whose_origin_does_not_answer_says_so(tmp_path: Path) -> None:
    root, partial = partial_clone(tmp_path, 3)
    root.rename(tmp_path / "moved")
    with pytest.raises(GitError, match=r"git fetch: .*does not appear to be a git repository"):
        fetch_missing(partial, place(partial).head)


def test_a_whole_clone_fetches_nothing(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"})])
    git(root, "remote", "add", "origin", "/nowhere")
    fetch_missing(root, place(root).head)


def test_without_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git rev-parse: fatal: not a git repository"):
        place(tmp_path)


def test_a_repository_without_commits_has_no_place_yet(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    with pytest.raises(GitError, match="the repository has no commit yet: commit the archive"):
        place(tmp_path)


def test_a_text_that_git_lost_is_named(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"})])
    with pytest.raises(GitError, match=r"git does not have the text of a version \(111111111111\): see `git fsck`"):
        list(texts(root, ["1" * 40]))


def test_a_machine_without_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git cannot be started in the archive's folder"):
        place(tmp_path)
    with pytest.raises(GitError, match="git cannot be started in the archive's folder"):
        list(texts(tmp_path, ["1" * 40]))


def test_a_commit_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    root = committed(tmp_path / "a", [on(0, {ONE: b"a"})])
    with pytest.raises(GitError, match="git log: fatal: "):
        read_log(root, "1" * 40)
