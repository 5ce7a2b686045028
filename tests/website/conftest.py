import json
from pathlib import Path

import pytest

from tests.website.sites import Website, website


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Website:
    """The website of three invented playlists; nobody changes it."""
    return website(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def titles(corpus: Path) -> list[str]:
    """Titles that were made to break pages."""
    lines = (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
