"""The claims of the lecture, a file for each, found by existing."""
