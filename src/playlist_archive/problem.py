"""A problem has two fields, a message and a remedy, so that no reader has to split a sentence."""

from typing import Self


class ProblemError(Exception):
    """A problem that ends a task. `remedy` is empty if there is nothing to do; `str` joins both in one line."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(sentence(message, remedy))
        self.message = message
        self.remedy = remedy

    @classmethod
    def of(cls, problem: "ProblemError") -> Self:
        """The same message and remedy, as an error of this class."""
        return cls(problem.message, problem.remedy)


def sentence(message: str, remedy: str = "") -> str:
    """Message and remedy in one line for people."""
    return f"{message}: {remedy}" if remedy else message
