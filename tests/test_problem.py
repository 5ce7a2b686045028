import pytest

from playlist_archive.problem import ProblemError, sentence


@pytest.mark.parametrize(
    ("message", "remedy", "told"),
    [("it is bad", "mend it", "it is bad: mend it"), ("it: is bad", "", "it: is bad"), ("", "", "")],
)
def test_a_problem_is_both_fields_and_one_sentence(message: str, remedy: str, told: str) -> None:
    error = ProblemError(message, remedy)
    assert (error.message, error.remedy, str(error)) == (message, remedy, told)
    assert sentence(message, remedy) == told


def test_a_problem_keeps_its_fields_as_another_kind_of_error() -> None:
    class OtherError(ProblemError):
        pass

    other = OtherError.of(ProblemError("it is bad", "mend it"))
    assert (type(other), other.message, other.remedy) == (OtherError, "it is bad", "mend it")
