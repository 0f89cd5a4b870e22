"""One figure per file: each module has `figure(study)`, and the first line of its docstring is the caption."""
