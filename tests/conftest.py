"""What holds for every test: hypothesis draws the same examples on every run and machine."""

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
