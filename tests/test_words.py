"""The words for users: every error message is explained, and every link leads somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import playlist_archive

PACKAGE = Path(playlist_archive.__file__).parent
ROOT = PACKAGE.parents[1]
TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
HOLE = "…"
"""Stands for what differs from case to case."""

CALLED = frozenset({"BadParameter", "Problem", "with_trouble", "_expected"})
"""What else is given a message, besides exceptions that are raised."""

NAMES = frozenset({"msg", "message", "sentence", "line"})
"""The names that messages have before they are raised."""

INSIDE = ("demo.py",)
"""Nothing of it meets a user of an archive."""


def modules() -> Iterator[ast.Module]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in INSIDE:
            yield ast.parse(path.read_text(encoding="utf-8"))


def text(node: ast.expr) -> str | None:
    """The text of a literal, with holes; None for what is no text."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="strip")):
            return text(inner)
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else HOLE for part in parts)  # type: ignore[misc]
    return None


def messages(tree: ast.Module) -> Iterator[str]:
    constants = {
        node.target.id: node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }
    for node in ast.walk(tree):
        for found in said(node):
            meant = constants.get(found.id, found) if isinstance(found, ast.Name) else found
            if (told := text(meant)) and " " in told:
                yield told


def said(node: ast.AST) -> list[ast.expr]:  # noqa: PLR0911 - a line for each way to say something
    """The expressions in which a message may stand."""
    match node:
        case ast.Raise(exc=ast.Call(args=[first, *_])):
            return [first]
        case ast.keyword(arg="otherwise", value=value):
            return [value]
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMES:
            return [value]
        case ast.Return(value=ast.Tuple(elts=[ast.Name(), sentence])):  # what spotify/errors.py says of an answer
            return [sentence]
        case ast.Return(value=ast.Call(func=ast.Name(id=name), args=[first, *_])) if is_error(name):
            return [first]
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args) if name in CALLED:
            return args
    return []


def is_error(name: str) -> bool:
    return name in {"ServerError", "ConsentExpired", "CredentialsRefused"}


def stem(message: str) -> str:
    """What is wrong, without what to do about it: up to the first colon, full stop or bracket."""
    return re.split(r": | \(|\. |, which|, such as| — ", f"{message} ", maxsplit=1)[0].strip()


ELSEWHERE = (
    "a bug of this program",
    "it is private in Spotify from now on, and its pages here are not",
    "a record cannot be read, so the index stays as it is",
    "The bot did not start",  # by .github/alert
    "another run is at work there",
    "nothing was served",
    "… must be …",
    "… of … playlists are not believed today and stay as they were",
)
"""Messages that are put together in other ways."""

STEMS = sorted({stem(message).replace("`", "") for tree in modules() for message in messages(tree)} | {*ELSEWHERE})

EXPLAINED = [
    explained
    for row in re.findall(r"^\| (`.*?) \|", TROUBLESHOOTING, re.MULTILINE)
    for explained in re.findall(r"`([^`]+)`", row)
]

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("message", STEMS)
def test_every_error_message_is_explained(message: str) -> None:
    assert message in EXPLAINED


def test_no_message_is_explained_that_does_not_exist() -> None:
    assert [explained for explained in EXPLAINED if explained not in STEMS] == []
    assert len(EXPLAINED) == len(set(EXPLAINED))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        if link.startswith(("https://", "../../", "/playlists/", "playlists/", "../playlists/")):
            continue  # the archive's own pages are looked up by tests/test_repository.py: a copy has others
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_words_name_no_folder_of_a_machine() -> None:
    for page in PAGES:
        assert not re.search(r"/(?:home|Users|work|tmp)/\w", page.read_text(encoding="utf-8")), page.name
