"""Finds the repository that the pages link to."""

from ..git.repository import Git
from ..render.page import Repository
from ..settings import Settings


def linked_repository(settings: Settings, git: Git) -> Repository:
    """The repository that the pages link to: from GitHub's settings, or else from the origin remote."""
    repository = settings.github_repository or git.on_github()
    return Repository(repository, settings.github_ref_name or git.branch() or "main", settings.website())
