"""`python -m rlbench`. One thread for each program: jobs run side by side, one to a core."""

import os

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")  # libraries read these once, when they are first imported


def main() -> None:
    """Run the command line."""
    from rlbench.cli import app

    app()


if __name__ == "__main__":
    main()
