"""What an environment is here: pure functions of arrays, with neither a random generator nor a time limit inside."""

from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from gymnasium import Space
from numpy.typing import NDArray


@runtime_checkable
class Dynamics(Protocol):
    """Many copies of one Gymnasium environment, advanced together.

    `*` below is any leading shape, for example [seeds, streams]. Every function returns new arrays and keeps the
    dtype of the state it is given, float32 or float64. Element i of a result depends on element i of the arguments
    only, and NaN in one element raises and warns nowhere: a diverged seed shares its arrays with healthy ones.
    """

    env_id: ClassVar[str]
    """The Gymnasium id of the environment that this one equals."""
    time_limit: ClassVar[int]
    """Steps after which the caller truncates an episode; `step` itself never does."""
    state_size: ClassVar[int]
    """Numbers in one state."""
    noise_size: ClassVar[int]
    """Uniform numbers that one initial state is made of."""

    @property
    def single_observation_space(self) -> Space[Any]:
        """One copy's observations. A new object each time, since a Gymnasium space holds a random generator."""
        ...

    @property
    def single_action_space(self) -> Space[Any]:
        """One copy's actions: Discrete or Box. A new object each time, as above."""
        ...

    def initial(self, noise: NDArray[np.floating]) -> NDArray[np.floating]:
        """Map noise, uniform in [0, 1), shape [*, noise_size], to initial states [*, state_size]."""
        ...

    def observe(self, state: NDArray[np.floating]) -> NDArray[np.floating]:
        """Map states [*, state_size] to observations [*, D]."""
        ...

    def step(
        self, state: NDArray[np.floating], action: NDArray[Any]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.bool_]]:
        """Advance states [*, state_size] by one step.

        `action` is an integer array [*] in a discrete space (the caller answers for its range), or a float array
        [*, A] in the environment's own units, clipped to the space here.
        Returns the next states [*, state_size], rewards [*] and terminated [*].
        """
        ...
