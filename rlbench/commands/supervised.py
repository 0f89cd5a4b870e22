"""Snakemake, tied to the life of the process that starts it."""

import sys

from snakemake.cli import main

from rlbench.commands.orphan import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    main(sys.argv[1:])
