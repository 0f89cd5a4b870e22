"""Environments as Gymnasium makes them, without what simulators print: it would be said again for every stream."""

import os

import gymnasium

# pygame, which Box2D's environments import whether or not anyone watches, greets on standard output.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


def make(env_id: str, **settings) -> gymnasium.Env:
    """`gymnasium.make` without its checks of every single step."""
    if "mujoco" in str(gymnasium.spec(env_id).entry_point):
        _silence_mujoco()
    return gymnasium.make(env_id, disable_env_checker=True, **settings)


def _silence_mujoco() -> None:
    """Drop its warnings. By itself it prints them and appends them to MUJOCO_LOG.TXT in the current folder: one for
    each HalfCheetah that is made, one whenever a policy drives a body so hard that its state is not finite."""
    import mujoco  # takes half a second, which other environments need not spend

    mujoco.set_mju_user_warning(_ignore)  # pyright: ignore[reportAttributeAccessIssue] - compiled, and the stub is short


def _ignore(message: str) -> None:
    del message
