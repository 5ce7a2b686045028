"""A result in words, a module per audience. Each has `of_run` for a whole run and `of_problem` for a bad entry."""
