"""A problem has two fields, a message and a remedy, so that no reader has to split a sentence."""

from typing import NamedTuple, Self


class Note(NamedTuple):
    """Something to tell: what it is, and what to do about it. `remedy` is empty where nothing is to be done."""

    message: str
    remedy: str = ""

    def __str__(self) -> str:
        """Both in one line, for people."""
        return sentence(self.message, self.remedy)


class ProblemError(Exception):
    """A problem that ends a task. `remedy` is empty if there is nothing to do; `str` joins both in one line."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(sentence(message, remedy))
        self.message = message
        self.remedy = remedy

    @property
    def note(self) -> Note:
        """The problem without its class."""
        return Note(self.message, self.remedy)

    @classmethod
    def of(cls, problem: "ProblemError") -> Self:
        """The same message and remedy, as an error of this class."""
        return cls(problem.message, problem.remedy)


def sentence(message: str, remedy: str = "") -> str:
    """Message and remedy in one line for people."""
    return f"{message}: {remedy}" if remedy else message


def note_of(error: Exception) -> Note:
    """What an error says, whatever its class."""
    return error.note if isinstance(error, ProblemError) else Note(str(error))
