"""What the tests of pages share."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def titles(corpus: Path) -> list[str]:
    lines = (corpus / "titles.txt").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
