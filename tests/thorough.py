"""How many examples a property test tries: a tenth in `make test`, all of them in `make proof`."""

from hypothesis import settings

FEWEST = 25


def thorough(examples: int) -> settings:
    """Tries so many examples in the profile `proof`."""
    is_proof = settings.get_current_profile_name() == "proof"
    return settings(max_examples=examples if is_proof else max(FEWEST, examples // 10))
