"""How many examples a property test tries: a tenth in `make test`, all of them in `make proof`."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

FEWEST = 25


def thorough(examples: int) -> settings:
    """Tries so many examples in the profile `proof`."""
    is_proof = settings.get_current_profile_name() == "proof"
    return settings(max_examples=examples if is_proof else max(FEWEST, examples // 10))


def every_day_some(cases: Iterable[Any], *, one_in: int) -> list[Any]:
    """The cases of a test, of which `make test` tries the first of every so many, and `make proof` all."""
    return [
        case if number % one_in == 0 else pytest.param(case, marks=pytest.mark.proof)
        for number, case in enumerate(cases)
    ]
