"""How many batches of episodes are collected side by side where gradients are measured."""

BLOCK = 8
"""A whole number of such blocks is asked for."""
