"""Real archives imported: what the records say equals an independent reading, and daily archiving."""

import gzip
import io
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from playlist_archive.archive.merge import merge
from playlist_archive.archive.model import Item, Named, Record, Snapshot, Track
from playlist_archive.archive.record_file import record_text
from playlist_archive.archive.registry import Registry
from playlist_archive.archive.store import Store
from playlist_archive.importer.adopt import Choice, Import, read_import
from playlist_archive.importer.source import SourceError
from tests.builders import item, playlist_id, record, snapshot, track
from tests.importer.old import ERAS, moment, page, repository, written

NOTHING = Registry({}, ())
TODAY = date(2026, 11, 27)
ALL = Choice(every=True)
Spans = dict[str, list[list[date]]]


def imported(root: Path, source: Path, choice: Choice = ALL, registry: Registry = NOTHING) -> Import:
    return read_import(root, str(source), registry, choice, today=TODAY)


def records(found: Import) -> dict[str, Record]:
    return {adopted.record.id: adopted.record for adopted in found.adopted}


def times(track: Track) -> list[list[date]]:
    newest = [track.added_on, track.removed_on] if track.removed_on else [track.added_on]
    return [*map(list, track.spans), newest]


def spans(found: Record) -> Spans:
    return {track.uri: times(track) for track in (*found.tracks, *found.removed)}


# An independent reading: which ids of tracks a page links to, by a regular expression on each version that git shows.


def seen_by_day(bare: Path) -> dict[str, dict[date, set[str]]]:
    """Playlist → day → the tracks of the last version of that day, from `git log -p` alone."""

    def git(*arguments: str) -> str:
        return subprocess.run(("git", *arguments), cwd=bare, check=True, capture_output=True, text=True).stdout

    found: dict[str, dict[date, set[str]]] = {}
    log = git("log", "--reverse", "--format=@%H %ct", "--name-only", "-z", "main", "--", "playlists/pretty")
    commit, day, asked = "", date.min, []
    for token in log.replace("\n", "\0").split("\0"):
        if token.startswith("@"):
            commit, seconds = token[1:].split()
            day = datetime.fromtimestamp(int(seconds), UTC).date()
        elif token:
            asked.append((day, f"{commit}:{token}"))
    given = "".join(f"{name}\n" for _, name in asked)
    batch = ("git", "cat-file", "--batch")
    told = io.BytesIO(subprocess.run(batch, cwd=bare, check=True, input=given.encode(), capture_output=True).stdout)
    for day, _ in asked:
        text = told.read(int(told.readline().split()[2])).decode()
        told.read(1)
        (name,) = re.findall(r"^### \[.*\]\(https://open\.spotify\.com/playlist/(\w{22})\)", text, re.MULTILINE)
        tracks = re.findall(r"^\| \d+ \| .*?\]\(https://open\.spotify\.com/track/(\w{22})\) \|", text, re.MULTILINE)
        found.setdefault(name, {})[day] = {f"spotify:track:{track}" for track in tracks}
    return found


def spans_of_days(days: Mapping[date, set[str]]) -> Spans:
    found: Spans = {}
    present: set[str] = set()
    for day, there in sorted(days.items()):
        for uri in there - present:
            found.setdefault(uri, []).append([day])
        for uri in present - there:
            found[uri][-1].append(day)
        present = there
    return found


@pytest.mark.proof
def test_the_spans_of_a_real_old_archive_equal_an_independent_reading(corpus: Path, tmp_path: Path) -> None:
    bundle, bare = corpus / "old-archive" / "2019-2021.bundle", tmp_path / "old.git"
    subprocess.run(("git", "clone", "--quiet", "--bare", "--branch=main", str(bundle), str(bare)), check=True)
    found = records(imported(tmp_path, bundle))
    independent = seen_by_day(bare)
    assert len(found) == len(independent) == 8
    for name, days in independent.items():
        assert spans(found[name]) == spans_of_days(days)


def test_the_spans_of_an_old_archive_equal_an_independent_reading(tmp_path: Path) -> None:
    chance, days = Random(17), []
    for number in range(40):
        chosen = [item(song) for song in range(1, 15) if chance.random() < 0.6]
        both = [snapshot(chosen), snapshot(chosen[:5], id=playlist_id(2), name="Another")]
        days.append((date(2020, 1, 1) + timedelta(days=2 * number), both))
    bare = written(tmp_path / "old.git", days, "by name")
    found, independent = records(imported(tmp_path, bare)), seen_by_day(bare)
    assert found.keys() == independent.keys() == {playlist_id(), playlist_id(2)}
    for name, seen in independent.items():
        assert len(seen) > 30
        assert spans(found[name]) == spans_of_days(seen)


def observed(history: Path, playlists: int) -> Iterator[tuple[date, list[Snapshot]]]:
    """The days of the real series on which the first so many playlists changed, and those that did."""
    with gzip.open(history / "tracks.json.gz", "rt", encoding="utf-8") as file:
        tracks = json.load(file)
    with gzip.open(history / "history.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = list(map(json.loads, file))
    chosen = sorted({line["id"] for line in lines})[:playlists]
    by_day: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if line["id"] in chosen:
            by_day.setdefault(line["date"], []).append(line)
    for day, changed in sorted(by_day.items()):
        yield date.fromisoformat(day), [as_snapshot(line, tracks) for line in changed]


def as_snapshot(line: dict[str, Any], tracks: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        id=line["id"],
        name=line["name"],
        description=line["description"] or "",
        owner=Named("owner", "Owner"),
        snapshot_id="unknown",
        likes=7,
        items=tuple(as_item(tracks[key]) for key in line["tracks"]),
    )


def as_item(facts: dict[str, Any]) -> Item:
    def known(name: str) -> str:
        return "" if name == "<MISSING>" else name

    return Item(
        uri=f"spotify:track:{facts['id']}",
        name=known(facts["name"]),
        artists=tuple(Named(**artist) for artist in facts["artists"]),
        album=Named(facts["album"]["id"], known(facts["album"]["name"])),
        duration_ms=facts["duration_ms"],
    )


def compare(corpus: Path, tmp_path: Path, era: str, *, playlists: int, most: int | None = None) -> None:
    days = list(islice(observed(corpus / "history", playlists), most))
    archived: dict[str, Record] = {}
    for day, snapshots in days:
        for seen in snapshots:
            shown = seen._replace(owner=Named(), snapshot_id="", likes=None) if era == "by name" else seen
            archived[seen.id] = merge(archived.get(seen.id), shown, today=day)
    found = imported(tmp_path, written(tmp_path / "old.git", days, era))
    assert found.faults == ()
    assert records(found).keys() == archived.keys()
    for name, expected in archived.items():
        assert record_text(records(found)[name]) == record_text(expected)


@pytest.mark.parametrize("era", ERAS)
def test_an_import_equals_having_archived_it_day_by_day(corpus: Path, tmp_path: Path, era: str) -> None:
    compare(corpus, tmp_path, era, playlists=1, most=40)


@pytest.mark.proof
@pytest.mark.parametrize("era", ERAS)
def test_a_whole_series_imported_equals_having_archived_it(corpus: Path, tmp_path: Path, era: str) -> None:
    compare(corpus, tmp_path, era, playlists=60)


def old(folder: Path) -> Path:
    """Two playlists over three days of 2020."""
    one, two = snapshot([item(1), item(2)]), snapshot([item(9)], id=playlist_id(2), name="Another")
    days = [
        (date(2020, 1, 1), [one, two]),
        (date(2020, 2, 1), [one._replace(items=(item(2), item(3)), name="Renamed")]),
        (date(2020, 3, 1), [one._replace(items=(item(3),), name="Renamed")]),
    ]
    return written(folder, days, "by name")


def test_a_renamed_playlist_stays_one(tmp_path: Path) -> None:
    found = records(imported(tmp_path, old(tmp_path / "old.git")))
    assert found[playlist_id()].name == "Renamed"
    assert spans(found[playlist_id()])[item(1).uri] == [[date(2020, 1, 1), date(2020, 2, 1)]]
    assert found.keys() == {playlist_id(1), playlist_id(2)}


def test_the_last_of_several_runs_of_a_day_counts(tmp_path: Path) -> None:
    day = date(2020, 1, 1)
    commits = [
        (moment(day, 1), {"playlists/pretty/A.md": page(snapshot([item(1)]), escaped=False)}),
        (moment(day, 9), {"playlists/pretty/A.md": page(snapshot([item(2)]), escaped=False)}),
        (moment(day, 23), {"playlists/pretty/B.md": page(snapshot([item(3)]), escaped=False)}),
    ]
    found = records(imported(tmp_path, repository(tmp_path / "old.git", commits)))
    assert spans(found[playlist_id()]) == {item(3).uri: [[day]]}


def test_clocks_that_ran_backwards_do_not_turn_days_round(tmp_path: Path) -> None:
    commits = [
        (moment(date(2020, 1, day)), {"playlists/pretty/A.md": page(snapshot([item(number)]), escaped=False)})
        for number, day in ((1, 5), (2, 3), (3, 7), (4, 8), (5, 31), (6, 9))
    ]
    found = records(imported(tmp_path, repository(tmp_path / "old.git", commits)))
    assert spans(found[playlist_id()]) == {
        item(2).uri: [[date(2020, 1, 3), date(2020, 1, 7)]],
        item(3).uri: [[date(2020, 1, 7), date(2020, 1, 8)]],
        item(5).uri: [[date(2020, 1, 8), date(2020, 1, 9)]],
        item(6).uri: [[date(2020, 1, 9)]],
    }


def archived(root: Path, *tracks: Track, first: date) -> Record:
    ours = record(tracks, first_archived=first)
    Store(root).save(ours, {})
    return ours


def test_an_archive_that_has_gone_on_since_gets_the_old_times_in_front(tmp_path: Path) -> None:
    archived(tmp_path, track(3, added=date(2026, 11, 2), upper_bound=True), track(4), first=date(2026, 11, 2))
    found = records(imported(tmp_path, old(tmp_path / "old.git"), Choice((playlist_id(),))))[playlist_id()]
    assert found.first_archived == date(2020, 1, 1)
    assert found.name == "Some Songs"
    assert [(track.uri, track.added_on, track.upper_bound) for track in found.tracks] == [
        (item(3).uri, date(2020, 2, 1), False),
        (item(4).uri, date(2026, 11, 2), False),
    ]


def test_days_that_we_archived_ourselves_are_not_taken(tmp_path: Path) -> None:
    archived(tmp_path, track(2, added=date(2020, 2, 1), upper_bound=True), first=date(2020, 2, 1))
    found = records(imported(tmp_path, old(tmp_path / "old.git")))[playlist_id()]
    assert spans(found) == {
        item(1).uri: [[date(2020, 1, 1), date(2020, 2, 1)]],
        item(2).uri: [[date(2020, 1, 1)]],
    }


def test_pages_from_the_day_on_which_the_old_archive_became_ours_are_not_taken(tmp_path: Path) -> None:
    one = page(snapshot([item(1)]), escaped=False)
    two = page(snapshot([item(2)]), escaped=False)
    commits = [
        (moment(date(2020, 1, 1)), {"playlists/pretty/A.md": one}),
        (moment(date(2020, 1, 2)), {"playlists/pretty/A.md": two, f"playlists/data/{playlist_id()}.json": "{}"}),
    ]
    found = records(imported(tmp_path, repository(tmp_path / "old.git", commits)))[playlist_id()]
    assert spans(found) == {item(1).uri: [[date(2020, 1, 1)]]}


def test_a_version_that_cannot_be_read_costs_only_itself_and_is_named(tmp_path: Path) -> None:
    good = page(snapshot([item(1)]), escaped=False)
    commits = [
        (moment(date(2020, 1, 1)), {"playlists/pretty/A.md": good}),
        (
            moment(date(2020, 1, 2)),
            {"playlists/pretty/A.md": "no page", f"playlists/pretty/{playlist_id(2)}.json": "{"},
        ),
        (moment(date(2020, 1, 3)), {f"playlists/pretty/{playlist_id(3)}.md": good}),
        (moment(date(2020, 1, 4)), {"playlists/pretty/A.md": page(snapshot([item(2)]), escaped=False)}),
    ]
    found = imported(tmp_path, repository(tmp_path / "old.git", commits))
    assert spans(records(found)[playlist_id()]) == {
        item(1).uri: [[date(2020, 1, 1), date(2020, 1, 4)]],
        item(2).uri: [[date(2020, 1, 4)]],
    }
    assert sorted((fault.path, len(fault.commit)) for fault in found.faults) == [
        (f"playlists/pretty/{playlist_id(2)}.json", 40),
        (f"playlists/pretty/{playlist_id(3)}.md", 40),
        ("playlists/pretty/A.md", 40),
    ]


def test_the_registry_says_which_playlists_are_taken(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git")
    found = imported(tmp_path, source, Choice(), Registry({playlist_id(2): "Mine"}, ()))
    assert [adopted.record.title for adopted in found.adopted] == ["Mine"]
    assert (found.entries, found.others) == ({}, 1)


def test_playlists_that_are_named_get_an_entry_with_the_old_alias(tmp_path: Path) -> None:
    commits = [
        (
            moment(date(2020, 1, 1)),
            {
                "playlists/pretty/A.md": page(snapshot([item(1)]), escaped=False),
                f"playlists/aliases/{playlist_id()}": "The Alias\n",
            },
        )
    ]
    found = imported(tmp_path, repository(tmp_path / "old.git", commits), Choice((playlist_id(),)))
    assert found.entries == {playlist_id(): "The Alias"}
    assert records(found)[playlist_id()].alias == "The Alias"


def test_a_second_import_finds_nothing_older(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git")
    for adopted in imported(tmp_path, source).adopted:
        Store(tmp_path).save(adopted.record, {})
    again = imported(tmp_path, source)
    assert (again.adopted, again.known) == ((), (playlist_id(1), playlist_id(2)))


def test_what_is_named_and_not_there_ends_the_import(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"the old archive has no {playlist_id(7)}"):
        imported(tmp_path, old(tmp_path / "old.git"), Choice((playlist_id(7),)))
    with pytest.raises(SourceError, match="none of the registry's playlists, but 2 others"):
        imported(tmp_path, old(tmp_path / "old.git"), Choice())


def test_what_is_no_old_archive_is_told(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    other = repository(tmp_path / "other.git", [(moment(date(2020, 1, 1)), {"README.md": "hello"})])
    ours = repository(
        tmp_path / "ours.git", [(moment(date(2020, 1, 1)), {f"playlists/data/{playlist_id()}.json": "{}"})]
    )
    whole = (corpus / "old-archive" / "2019-2021.bundle").read_bytes()
    (tmp_path / "cut.bundle").write_bytes(whole[: len(whole) // 2])
    for source, message in {
        tmp_path / "empty": "not a git repository",
        tmp_path / "nowhere": "cannot be read as a git repository",
        tmp_path / "cut.bundle": "cannot be read as a git repository",
        other: "has no pages of playlists",
        ours: "is an archive of this program",
    }.items():
        with pytest.raises(SourceError, match=message):
            imported(tmp_path, source)


@pytest.mark.parametrize(
    "source", ["ext::sh -c touch% x", "--upload-pack=touch x", "https://user:secret@127.0.0.1:1/x"]
)
def test_a_source_runs_no_program_and_shows_no_password(tmp_path: Path, source: str) -> None:
    with pytest.raises(SourceError) as raised:
        read_import(tmp_path, source, NOTHING, ALL, today=TODAY)
    assert "secret" not in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_repository_without_history_is_refused(tmp_path: Path) -> None:
    source = old(tmp_path / "old.git")
    url = f"file://{source}"
    subprocess.run(("git", "clone", "--quiet", "--depth=1", "--bare", url, str(tmp_path / "shallow.git")), check=True)
    with pytest.raises(SourceError, match="shallow clone"):
        imported(tmp_path, tmp_path / "shallow.git")


# Repositories that were made to do harm.


def hostile(folder: Path, **settings: str) -> Path:
    """The two playlists of `old`, with a program in the repository's settings."""
    source = old(folder)
    for name, value in settings.items():
        key = name.replace("__", ".")
        subprocess.run(("git", "config", key, value), cwd=source, check=True)
    return source


def test_no_program_that_the_old_repository_names_is_started(tmp_path: Path) -> None:
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\n")
    trap.chmod(0o755)
    program = str(trap)
    source = hostile(
        tmp_path / "old.git",
        log__showSignature="true",
        gpg__program=program,
        core__fsmonitor=program,
        core__hooksPath=str(tmp_path),
        core__sshCommand=program,
        core__alternateRefsCommand=program,
        remote__origin__url=str(tmp_path),
        remote__origin__uploadpack=program,
        remote__origin__promisor="true",
        extensions__partialClone="origin",
        core__repositoryFormatVersion="1",
    )
    sign_and_lose_a_page(source)
    found = imported(tmp_path, source)
    assert [fault.message for fault in found.faults] == ["git does not have it"]
    assert records(found).keys() == {playlist_id(1)}
    assert not sprung.exists()


def sign_and_lose_a_page(source: Path) -> None:
    """Puts a signature on the last commit, and takes the text of a page away, as a partial clone lacks some."""

    def git(*arguments: str, text: str = "") -> str:
        return subprocess.run(
            ("git", *arguments), cwd=source, check=True, input=text, capture_output=True, text=True
        ).stdout

    commit = git("cat-file", "commit", "main")
    head, _, body = commit.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = git("hash-object", "-t", "commit", "-w", "--stdin", text=f"{head}\n{signature}\n\n{body}").strip()
    git("update-ref", "refs/heads/main", signed)
    page_of_two = git("rev-parse", "main~2:playlists/pretty/Another.md").strip()
    pack = next((source / "objects" / "pack").glob("*.pack"), None)
    if pack:
        moved = source / "moved.pack"
        pack.rename(moved)
        for file in (source / "objects" / "pack").iterdir():
            file.unlink()
        subprocess.run(("git", "unpack-objects", "-q"), cwd=source, check=True, stdin=moved.open("rb"))
        moved.unlink()
    (source / "objects" / page_of_two[:2] / page_of_two[2:]).unlink()


def test_links_submodules_and_giants_cost_only_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = old(tmp_path / "old.git")
    head = subprocess.run(("git", "rev-parse", "main"), cwd=source, check=True, capture_output=True, text=True).stdout
    giant = "x" * 5_000
    stream = (
        "commit refs/heads/main\ncommitter A <a@b> 1588291200 +0000\ndata 0\nfrom refs/heads/main^0\n"
        "M 120000 inline playlists/pretty/link.md\ndata 11\n/etc/passwd\n"
        f"M 160000 {head.strip()} playlists/pretty/A submodule.md\n"
        f"M 100644 inline playlists/pretty/Giant.md\ndata {len(giant)}\n{giant}\n"
    )
    subprocess.run(("git", "fast-import", "--quiet"), cwd=source, input=stream.encode(), check=True)
    monkeypatch.setattr("playlist_archive.importer.old_log.MOST_BYTES", 4_000)
    found = imported(tmp_path, source)
    assert records(found).keys() == {playlist_id(1), playlist_id(2)}
    assert {(fault.path.rpartition("/")[2], fault.message) for fault in found.faults} == {
        ("A submodule.md", "it is a link, and no file"),
        ("Giant.md", "it is too large for a page"),
        ("link.md", "it is a link, and no file"),
    }


@pytest.mark.parametrize("number", ["9" * 5_000, "٣" * 5_000, str(2**70)])
def test_numbers_that_nobody_can_mean_cost_only_their_version(tmp_path: Path, number: str) -> None:
    good = page(snapshot([item(1)]), escaped=False)
    escaped = page(snapshot([item(1)], id=playlist_id(2)), escaped=True)
    commits = [
        (moment(date(2020, 1, 1)), {"playlists/pretty/A.md": good}),
        (
            moment(date(2020, 1, 2)),
            {
                "playlists/pretty/A.md": good.replace("3:01", number),
                "playlists/pretty/B.md": good.replace("| 1 |", f"| {number} |"),
                f"playlists/pretty/{playlist_id(2)}.md": escaped.replace("1,000 likes", f"{number} likes"),
                f"playlists/pretty/{playlist_id(3)}.json": f'{{"tracks": [], "num_followers": {number}}}',
                f"playlists/followers/{playlist_id()}.json": f'{{"2020-01-02": {number}}}',
            },
        ),
    ]
    found = imported(tmp_path, repository(tmp_path / "old.git", commits))
    assert spans(records(found)[playlist_id()]) == {item(1).uri: [[date(2020, 1, 1)]]}
    assert {fault.path.rpartition("/")[2] for fault in found.faults} >= {"A.md", "B.md", f"{playlist_id(3)}.json"}


@pytest.mark.parametrize("seconds", [0, 2**50])
def test_a_clock_that_shows_no_day_counts_for_the_commit_before(tmp_path: Path, seconds: int) -> None:
    source = old(tmp_path / "old.git")

    def git(*arguments: str, text: str = "") -> str:
        done = subprocess.run(("git", *arguments), cwd=source, check=True, input=text, capture_output=True, text=True)
        return done.stdout.strip()

    last = git("cat-file", "commit", "main")
    wrong = re.sub(r"(?<=<a@b> )[0-9]+", str(seconds), last)
    hashed = git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", text=f"{wrong}\n\n")
    git("update-ref", "refs/heads/main", hashed)
    found = records(imported(tmp_path, source))[playlist_id()]
    assert (found.first_archived, spans(found)[item(3).uri]) == (date(2020, 1, 1), [[date(2020, 2, 1)]])
