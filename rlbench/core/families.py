"""The families that methods belong to, in the order in which the field came upon them: the order of every table."""

FAMILIES = (
    "returns",
    "actor-critic",
    "natural gradient",
    "proximal",
    "groups",
    "preferences",
    "action values",
)
"""`returns`: whole returns, a baseline at most. `actor-critic`: a critic in place of what was not yet seen. `natural
gradient`: steps measured between policies. `proximal`: several epochs held near the old policy. `groups`: siblings in
place of a critic. `preferences`: comparisons in place of rewards. `action values`: no policy gradient at all."""
