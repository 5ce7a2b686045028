"""The tasks of workflows besides `update`: issues and pull requests."""
