"""The design of a comparison: how many training runs there are on each task."""

Design = tuple[int, ...]
"""Numbers of training runs (seeds) of a method on each task, the smallest first."""
