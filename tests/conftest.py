"""What holds for every test: one thread each, and hypothesis draws the same examples on every run and machine."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read once, when torch and NumPy are first imported

from hypothesis import HealthCheck, settings

settings.register_profile(
    "rlbench",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rlbench")
