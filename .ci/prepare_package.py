"""Prepares a checkout for its package: `python .ci/prepare_package.py COMMIT FOLDER`.

The commit is written in where new archives find it, and the links of README.md get the whole address that they need on
the page of a package index.
"""

import re
import sys
from pathlib import Path

CONSTANTS = "src/playlist_archive/upstream.py"
ZEROS = '"' + "0" * 40 + '"'


def prepare(commit: str, folder: Path) -> None:
    """Writes the two files anew, or ends the program with what is wrong."""
    constants, readme = folder / CONSTANTS, folder / "README.md"
    text = constants.read_text(encoding="utf-8")
    name = re.search(r'^UPSTREAM: Final = "(.+)"$', text, re.MULTILINE)
    if not re.fullmatch("[0-9a-f]{40}", commit):
        sys.exit(f"{commit!r} is no commit: give all 40 characters of its name")
    if not name or text.count(ZEROS) != 1:
        sys.exit(f"{constants} has no place for the commit")
    constants.write_text(text.replace(ZEROS, f'"{commit}"'), encoding="utf-8")
    address = f"https://github.com/{name[1]}"
    readme.write_text(with_whole_links(readme.read_text(encoding="utf-8"), address, commit), encoding="utf-8")


def with_whole_links(text: str, address: str, commit: str) -> str:
    """The page with links that lead to the repository from anywhere: `../../x`, and files such as `docs/x`."""
    text = text.replace("](../../", f"]({address}/")
    return re.sub(r"\]\((?!https?://|#)", f"]({address}/blob/{commit}/", text)


if __name__ == "__main__":
    prepare(sys.argv[1], Path(sys.argv[2]))
