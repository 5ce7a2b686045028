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

CALLED = frozenset({"BadParameter", "Note", "with_trouble", "_expected", "Suspicion"})
"""What else is given a message, besides exceptions that are raised."""

NAMES = frozenset({"msg", "message", "sentence", "line"})
"""The names that messages have before they are raised."""

INSIDE = ("demo.py", "doctor")
"""Nothing of the demo meets a user of an archive; of `doctor` the topics are explained."""


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


def said(node: ast.AST) -> list[ast.expr]:  # noqa: C901, PLR0911 - a line for each way to say something
    """The expressions in which a message may stand."""
    match node:
        case ast.Raise(exc=ast.Call(args=[first, *_])):
            return [first]
        case ast.keyword(arg="otherwise", value=value):
            return [value]
        case ast.Call(func=ast.Name(id="Fault"), args=[_, _, value]):
            return [value]
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMES:
            return [value]
        case ast.Return(value=ast.Tuple(elts=[ast.Name(), sentence])):  # what spotify/errors.py says of an answer
            return [sentence]
        case ast.Return(value=ast.Call(func=ast.Name(id=name), args=[first, *_])) if is_error(name):
            return [first]
        case ast.Call(func=ast.Name(id="Problem") | ast.Attribute(attr="fault"), args=[_, message, *_]):
            return [message]
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[first, *_]) if name in CALLED:
            return [first]
    return []


def is_error(name: str) -> bool:
    return name in {"ServerError", "ConsentExpired", "CredentialsRefused"}


def stem(message: str) -> str:
    """What is wrong, without what to do about it: up to the first colon, full stop or bracket."""
    return re.split(r": | \(|\. |, which|, such as| — ", f"{message} ", maxsplit=1)[0].strip()


ELSEWHERE = (
    "a bug of this program",
    "it is private in Spotify from now on, and its pages here are not",
    "standard output cannot be written",
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
    for row in re.findall(r"^\| (`.*?) \|", TROUBLESHOOTING.partition("## What doctor looks at")[0], re.MULTILINE)
    for explained in re.findall(r"`([^`]+)`", row)
]

SPLIT = frozenset(
    {
        *(
            "Denied",
            "EntryError",
            "JournalError",
            "LockError",
            "LoginError",
            "NewerFormatError",
            "NoPlaylistError",
            "PortTaken",
        ),
        *("GitError", "Interrupted", "LargerThanBudget", "NoWay", "Note", "TimeSpent", "WrongDay"),
        *(
            "RecordError",
            "SettingsError",
            "SongsError",
            "SourceError",
            "StoreError",
            "StrayError",
            "Suspicion",
            "WrongState",
        ),
    }
)
"""The problems whose remedy is a field of its own, without exception."""


def both_fields() -> Iterator[tuple[str, str]]:
    """Message and remedy of every problem that is made."""
    for tree in modules():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="Problem"), args=[_, message, *rest]):
                    yield text(message) or "", ast.unparse(rest[0]) if rest else ""
                case ast.Call(func=ast.Name(id=name), args=[message, *rest]) if name in SPLIT:
                    yield text(message) or "", ast.unparse(rest[0]) if rest else ""


def test_a_remedy_is_a_field_and_no_part_of_the_message() -> None:
    found = [*both_fields()]
    assert len(found) > 30
    assert [message for message, _ in found if ": " in message.replace(f": {HOLE}", "")] == []


SPLITS = frozenset({"partition", "removeprefix", "removesuffix", "rpartition", "rsplit", "split"})


def splits(tree: ast.Module) -> Iterator[str]:
    """What text is split at, or shortened by, where that is the punctuation of a sentence."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[ast.Constant(value=str(at)), *_]) if name in SPLITS:
                if re.search(r"[.:;] ", at):
                    yield at


def test_nothing_takes_a_message_apart() -> None:
    assert [*splits(ast.parse('a.partition(". "); a.removesuffix(": go"); a.split(":")'))] == [". ", ": go"]
    assert [at for path in PACKAGE.rglob("*.py") for at in splits(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_every_topic_of_doctor_is_explained_and_no_other() -> None:
    table = TROUBLESHOOTING.partition("## What doctor looks at")[2]
    explained = {
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall("`(.+?)`", row)
    }
    assert explained == set(topics())


def topics() -> Iterator[str]:
    """The topics of findings, which stand first in `Finding`, `_Meaning`, and tables of topics."""
    for path in sorted((PACKAGE / "doctor").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Finding" | "_Meaning"), args=[ast.Constant(value=str(topic)), *_]):
                    yield topic
                case ast.Assign(targets=[ast.Name(id="good")], value=ast.Dict(keys=keys)):
                    yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
                case ast.AnnAssign(target=ast.Name(id="TOPIC"), value=ast.Constant(value=str(topic))):
                    yield topic


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
