"""What is kept for later and what is measured apart: checkpoints, statistics, evaluations, densities."""

from rlbench.control.evaluate import evaluate
from rlbench.control.observation import StandardisedFilter
from rlbench.control.session import ControlSession
from rlbench.loops.learner import Learner
from tests.control import test_evaluate, test_observation
from tests.loops import test_resume, test_told
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit

SHOWN = "    shown = (observation - self._shift)"
DEFECTS = [
    Defect(
        "statistics of observations go on changing in evaluation",
        "RL Baselines3 Zoo until its #276",
        [
            Edit(
                StandardisedFilter.apply,
                {
                    SHOWN: "    batch = observation.reshape(-1, *observation.shape[-3:])\n"
                    "    self.absorb(batch, np.ones(batch.shape[:3]), list(range(batch.shape[1])))\n" + SHOWN
                },
            )
        ],
        by(test_observation.test_showing_changes_no_statistics),
    ),
    Defect(
        "statistics of observations are not in the checkpoint",
        "CleanRL #425: the saved Hopper agent scores 3.83",
        [Edit(ControlSession.restore, {'self._shown.restore(state["shown"])': "pass"})],
        by(test_resume.test_a_killed_run_ends_with_the_same_bytes, method="a2c", case="gymnasium"),
    ),
    Defect(
        "the optimiser begins anew after a restart",
        "Stable-Baselines3 #1643: training in two pieces is not training in one",
        [
            Edit(
                Learner.restore,
                {"    tensor.copy_(state": "    if name.endswith('parameters'):\n            tensor.copy_(state"},
            )
        ],
        by(test_resume.test_a_killed_run_ends_with_the_same_bytes, method="a2c", case="batched"),
    ),
    Defect(
        "episodes under way are forgotten at a restart",
        "the same: environments go on, what their episodes have come to does not",
        [Edit(ControlSession.restore, {'self._running.tally = Tally(**state["tally"])': "pass"})],
        by(test_resume.test_a_killed_run_ends_with_the_same_bytes, method="a2c", case="batched"),
    ),
    Defect(
        "an evaluation plays on in the streams of training",
        "one environment for both, handed over in the middle of an episode",
        [
            Edit(
                ControlSession.evaluate,
                {"self._whole_episodes(positions, self._episodes)": "self._running.streams"},
            )
        ],
        by(test_evaluate.test_training_goes_on_where_it_was_before_an_evaluation),
    ),
    Defect(
        "an evaluation begins where training began",
        "one seed for training and test environments",
        [Edit(evaluate, {"Purpose.EVALUATION_ENVIRONMENT": "Purpose.ENVIRONMENT"})],
        by(test_evaluate.test_no_evaluation_begins_where_training_or_another_evaluation_does, columns=6),
    ),
    Defect(
        "the density is that of the clipped action",
        "actions clipped to their bounds before their log-probability is taken",
        [Edit(ControlSession._decisions, {"old.logp(action)": "old.logp(action.clip(-1, 1))"})],
        by(
            test_told.test_what_acts_is_the_policy_that_has_learnt_from_all_before,
            method="a2c",
            case="gymnasium",
        ),
    ),
]


@planted(DEFECTS)
def test_a_defect_in_what_is_kept_or_measured_is_caught(defect, request):
    assert_caught(defect, request)
