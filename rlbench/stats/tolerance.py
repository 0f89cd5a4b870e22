"""Where will the next run fall? Between the worst and the best one so far, with how much confidence.

An interval for a mean shrinks with every seed, this one does not: it holds a share of the runs themselves
(Patterson et al. 2024, "Empirical Design in Reinforcement Learning", tolerance intervals). No distribution is assumed.
"""


def range_confidence(seeds: int, share: float = 0.9) -> float:
    """Confidence with which at least `share` of all runs lie between the smallest and the largest of `seeds` runs.

    The part between them is Beta(n - 1, 2) distributed: 1 - n p^(n - 1) + (n - 1) p^n.
    """
    return 1 - seeds * share ** (seeds - 1) + (seeds - 1) * share**seeds
