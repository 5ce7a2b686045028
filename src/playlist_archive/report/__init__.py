"""The words for results, one module per audience. `of_run` words a whole run, `of_problem` a bad registry entry."""
