"""Questions beside the matrix of methods and tasks: each has a section in `studies` of a configuration and a file."""
