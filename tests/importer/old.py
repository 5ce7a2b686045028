"""Archives in the old format, of each era, written by a few lines after the samples of the corpus."""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from playlist_archive.archive.model import Item, Named, Snapshot

WEB = "https://open.spotify.com"
ERAS = ("by name", "by id", "json")
Files = Mapping[str, str | None]
"""Path → text of a file, None for one that is deleted."""


def text_of(snapshot: Snapshot, era: str) -> str:
    """A playlist as an archive of an era writes it."""
    if era == "json":
        return as_json(snapshot)
    return page(snapshot, escaped=era == "by id")


def path_of(snapshot: Snapshot, era: str) -> str:
    """Where it writes it."""
    if era == "by name":
        name = re.sub(r"[/\\]", " ", snapshot.name).strip(" .") or snapshot.id
        return f"playlists/pretty/{name}.md"
    return f"playlists/pretty/{snapshot.id}.{'json' if era == 'json' else 'md'}"


def page(snapshot: Snapshot, *, escaped: bool) -> str:
    """The Markdown of 2020, or that of 2022."""
    write = escape if escaped else str
    plain = f"[plain](/playlists/plain/{snapshot.id})"
    githistory = f"[githistory](https://github.githistory.xyz/o/r/blob/main/playlists/plain/{snapshot.id})"
    links = f"{plain} - {githistory}" if escaped else f"{plain} ({githistory})"
    head = [
        f"pretty - [cumulative](/playlists/cumulative/X.md) - {links}",
        "",
        f"### [{write(snapshot.name)}]({WEB}/playlist/{snapshot.id})",
        "",
        f"> {write(snapshot.description)}",
        "",
    ]
    if escaped:
        owner = f"[{write(snapshot.owner.name)}]({WEB}/user/{snapshot.owner.id})"
        head += [f"{owner} - {snapshot.likes or 0:,} likes - {len(snapshot.items)} songs - 1 hr 2 min", ""]
    table = ["| No. | Title | Artist(s) | Album | Length |", "|---|---|---|---|---|"]
    rows = [f"| {number} | {row(item, escaped=escaped)} |" for number, item in enumerate(snapshot.items, 1)]
    return "\n".join([*head, *table, *rows, *(["", f"Snapshot ID: `{snapshot.snapshot_id}`"] if escaped else [])])


def row(item: Item, *, escaped: bool) -> str:
    write = escape if escaped else str
    artists = ", ".join(f"[{write(artist.name)}]({WEB}/artist/{artist.id})" for artist in item.artists)
    album = item.album or Named()
    seconds = item.duration_ms // 1000
    title = f"[{write(item.name)}]({url(item)})"
    return f"{title} | {artists} | [{write(album.name)}]({WEB}/album/{album.id}) | {seconds // 60}:{seconds % 60:02}"


def url(item: Item) -> str:
    return f"{WEB}/{'/'.join(item.uri.split(':')[1:])}"


def escape(text: str) -> str:
    return re.sub(r"([\\#()\[\]\-*_`|~]|\.(?= ))", r"\\\1", text).replace("\n", "<br/>")


def as_json(snapshot: Snapshot) -> str:
    """The JSON of 2022 and later."""
    tracks = [
        {
            "added_at": f"{item.added_on} 06:07:02" if item.added_on else None,
            "album": {"name": item.album.name, "url": f"{WEB}/album/{item.album.id}"} if item.album else {},
            "artists": [{"name": artist.name, "url": f"{WEB}/artist/{artist.id}"} for artist in item.artists],
            "duration_ms": item.duration_ms,
            "name": item.name,
            "url": url(item),
        }
        for item in snapshot.items
    ]
    facts = {
        "url": f"{WEB}/playlist/{snapshot.id}",
        "original_name": snapshot.name,
        "unique_name": snapshot.name,
        "description": snapshot.description,
        "num_followers": snapshot.likes,
        "owner": {"name": snapshot.owner.name, "url": f"{WEB}/user/{snapshot.owner.id}"},
        "snapshot_id": snapshot.snapshot_id,
        "tracks": tracks,
    }
    return json.dumps(facts, indent=2, sort_keys=True)


def moment(day: date, hour: int = 6) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def repository(folder: Path, commits: Iterable[tuple[datetime, Files]]) -> Path:
    """A bare repository with these commits on `main`, in this order."""
    subprocess.run(("git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)), check=True)
    parts: list[bytes] = []
    for when, files in commits:
        parts.append(f"commit refs/heads/main\ncommitter A <a@b> {int(when.timestamp())} +0000\ndata 0\n".encode())
        for path, text in files.items():
            if text is None:
                parts.append(f"D {path}\n".encode())
                continue
            content = text.encode()
            quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
            parts.append(f"M 100644 inline {quoted}\ndata {len(content)}\n".encode() + content + b"\n")
    subprocess.run(("git", "fast-import", "--quiet"), cwd=folder, input=b"".join(parts), check=True)
    return folder


def written(folder: Path, days: Iterable[tuple[date, Iterable[Snapshot]]], era: str) -> Path:
    """An archive of an era that saw these playlists on these days."""
    return repository(folder, _commits(days, era))


def _commits(days: Iterable[tuple[date, Iterable[Snapshot]]], era: str) -> Iterable[tuple[datetime, Files]]:
    paths: dict[str, str] = {}
    for day, snapshots in days:
        files: dict[str, str | None] = {}
        for snapshot in snapshots:
            path = path_of(snapshot, era)
            if (before := paths.get(snapshot.id, path)) != path:
                files.setdefault(before, None)
            files[path] = text_of(snapshot, era)
            paths[snapshot.id] = path
        yield moment(day), files
