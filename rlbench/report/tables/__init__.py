"""One table per file: each module has `table(study)` and is found by being here."""
