"""Probes: a file for each, found by existing."""
