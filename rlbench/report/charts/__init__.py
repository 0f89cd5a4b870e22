"""One interactive chart per file: each module has `chart(study)`, its docstring's first line is the question."""
