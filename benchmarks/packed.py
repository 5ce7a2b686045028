"""What lies in a packed repository: bytes by kind of file, as `git cat-file` tells them."""

import subprocess
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from playlist_archive.archive import layout


class Kind(NamedTuple):
    """What an object is of: `tree`, `commit`, or a folder of the archive, and whether it is in the last commit."""

    name: str
    is_tip: bool


def pack(root: Path) -> None:
    """Packs as tightly as git can by itself."""
    git(root, "gc", "--quiet", "--aggressive", "--prune=now")


def sizes(root: Path) -> Counter[Kind]:
    """Bytes in the pack of everything that the history holds."""
    paths = dict(line.partition(" ")[::2] for line in git(root, "rev-list", "--objects", "--all").splitlines())
    tips = {line.split()[2] for line in git(root, "ls-tree", "-r", "-t", "HEAD").splitlines()}
    check = "--batch-check=%(objectname) %(objecttype) %(objectsize:disk)"
    found: Counter[Kind] = Counter()
    for line in git(root, "cat-file", check, text="\n".join(paths)).splitlines():
        name, kind, size = line.split()
        found[Kind(_folder(paths[name]) if kind == "blob" else f"{kind}s", name in tips)] += int(size)
    return found


def pack_size(root: Path) -> int:
    """Bytes of the pack files."""
    packs = Path(git(root, "rev-parse", "--absolute-git-dir").strip(), "objects/pack")
    return sum(path.stat().st_size for path in packs.glob("*.pack"))


def git(root: Path, *arguments: str, text: str = "") -> str:
    """What git says."""
    done = subprocess.run(("git", *arguments), cwd=root, input=text, capture_output=True, check=True, text=True)
    return done.stdout


def _folder(path: str) -> str:
    """`data` for `playlists/data/…`; what lies beside the folders is of the index."""
    inside = path.removeprefix(f"{layout.PLAYLISTS}/")
    return inside.split("/")[0] if "/" in inside and not path.startswith(layout.INDEX_PARTS) else "index"
