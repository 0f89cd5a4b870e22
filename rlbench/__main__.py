"""`python -m rlbench`. One thread for each program: jobs run side by side, one to a core."""

from rlbench.core import arithmetic

arithmetic.settle()


def main() -> None:
    """Run the command line."""
    from rlbench.cli import app

    app()


if __name__ == "__main__":
    main()
