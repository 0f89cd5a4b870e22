"""Questions beside the matrix of methods and tasks: a section of `studies` in a configuration, and a file here, each."""
