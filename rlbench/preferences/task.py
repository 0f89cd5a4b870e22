"""A preference task: a control task whose reward nobody is told, only which of some segments was better."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from rlbench.control.acting import Acting
from rlbench.control.environment import Environment
from rlbench.control.observation import Scaled
from rlbench.control.task import ControlTask
from rlbench.core.anchors import Anchors
from rlbench.core.noise import Noise
from rlbench.core.ranges import NonNegative
from rlbench.core.rollout import Comparisons, Rollout
from rlbench.preferences.preparation import Fitting, Recording, prepare
from rlbench.preferences.reference import read_reference
from rlbench.preferences.reward_model import RewardNetwork
from rlbench.preferences.segments import Source
from rlbench.preferences.session import PreferenceSession
from rlbench.preferences.signal import Signal


@dataclass(frozen=True, kw_only=True)
class PreferenceTask:
    """Everything but the method's own choices. On-policy methods are paid by a reward fitted to the comparisons, less
    `kl_coef` for each nat of divergence from the reference: PPO is RLHF here. DPO reads the comparisons themselves.
    Every reported return is the environment's own."""

    gives: ClassVar[tuple[str, ...]] = ("critic", "reference", "old_policy", "preferences")
    unit: ClassVar[str] = "env_steps"
    side: ClassVar[str] = "control"
    begins_from: ClassVar[tuple[str, ...]] = ("reference",)

    name: str
    control: ControlTask
    reference_level: float
    """The reference is the first policy in its training whose mean return reaches this."""
    kl_coef: NonNegative
    """What a nat costs; one is the standard deviation of the learned reward of the reference's segments."""
    recording: Recording
    fitting: Fitting = Fitting()

    @property
    def gamma(self) -> float:
        return self.control.gamma

    @property
    def anchors(self) -> Anchors:
        return self.control.anchors

    @property
    def env_id(self) -> str:
        return self.control.env_id

    def open(
        self,
        noise: Noise,
        rollout: Rollout,
        episodes: int,
        needs: frozenset[str] = frozenset(),
        artefacts: Mapping[str, Path] = MappingProxyType({}),
    ) -> PreferenceSession:
        """A control task's session with comparisons, learned rewards and the policy of the artefact `reference`."""
        if "reference" not in artefacts or not isinstance(self.control.observation, Scaled):
            raise TypeError(f"{self.name}: begins from a reference that is given, shown observations by fixed scales")
        control = self.control.open(noise, rollout, episodes, needs)
        actor, head = control.actor, control.head
        theta = read_reference(artefacts["reference"], actor.layout.size)
        shown = self.control.observation.open(len(noise), actor.inputs)
        environment = Environment(self.control.env_id, self.control.dynamics)
        source = Source(environment, Acting(actor, theta.repeat(len(noise), 1), shown), head, shown, noise)
        network = RewardNetwork(actor.inputs, head.outputs, (self.fitting.width, self.fitting.width))
        answers = rollout.answers if isinstance(rollout, Comparisons) else self.fitting.answers
        prepared = prepare(source, network, self.recording, self.fitting, answers)
        kl_coef = 0.0 if "reference" in needs else self.kl_coef
        signal = Signal(prepared.reward, actor, theta, kl_coef)
        return PreferenceSession(control, source, prepared, signal, rollout, episodes=episodes)
