"""docs/own-repository.md. The way that it describes is walked in test_copy.py."""

from tests.workflows.runner import ROOT, load


def test_each_input_that_the_action_has_is_on_the_page() -> None:
    page = (ROOT / "docs" / "own-repository.md").read_text()
    inputs = load((ROOT / "action.yml").read_text())["inputs"]
    assert len(inputs) > 5
    assert [name for name in inputs if name not in page] == []
