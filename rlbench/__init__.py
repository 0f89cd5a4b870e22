"""A reproducible benchmark of policy-gradient methods, from REINFORCE to GRPO."""

__version__ = "0.1.0"
