"""Where an episode ends: what it was worth, what came after it, and that it is counted."""

from rlbench.algo.gae import gae
from rlbench.algo.td_error import td_error
from rlbench.control import collect
from rlbench.control.collect import Tally
from rlbench.control.evaluate import evaluate
from rlbench.loops.block import Block
from tests.algo import test_gae, test_td_error
from tests.control import test_collect, test_evaluate
from tests.loops import test_told
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit

BEFORE = "late = trace.cut[t - 1] == 1 if t else np.zeros((1, 1), bool)"
RESET = """\
        if late.any():
            streams.restart(late, fresh[:, t])
            reward, terminated, done = np.where(late, 0, reward), terminated & ~late, done & ~late
"""
DEFECTS = [
    Defect(
        "a time limit is taken for an end",
        "CleanRL on Gymnasium's interface: next_done is terminations or truncations, and masks the value beyond (#198)",
        [Edit(collect._write, {"= terminated": "= done"})],
        by(test_collect.test_a_time_limit_cuts_and_does_not_terminate),
    ),
    Defect(
        "an end is not one where its time was up as well",
        "skrl #449: of the settings for terminated and truncated neither treated both at once rightly",
        [Edit(collect._act, {"terminated, terminated | truncated": "terminated & ~truncated, terminated | truncated"})],
        by(test_collect.test_a_step_that_terminates_as_its_time_is_up_has_terminated),
    ),
    Defect(
        "a step that only resets is learnt from",
        "Gymnasium 1.0's automatic reset in the next step, under programs written for the older one (rl_games #362)",
        [
            Edit(
                collect.collect_steps,
                {
                    "    before, outputs, action": f"    {BEFORE}\n        before, outputs, action",
                    "        trace = trace or": RESET + "        trace = trace or",
                    "if done.any():": "if False:",
                },
            )
        ],
        by(test_collect.test_every_step_pays_and_none_is_between_two_episodes),
    ),
    Defect(
        "the first state of the next episode is taken for the last of this one",
        "vector environments that reset at once and hide the final observation in their info (CleanRL #499)",
        [
            Edit(
                collect.collect_steps,
                {"    _write(": "    if done.any():\n            streams.restart(done, fresh[:, t])\n        _write("},
            )
        ],
        by(test_collect.test_what_follows_an_episodes_last_step_is_its_own_state_and_not_the_next_ones_first),
    ),
    Defect(
        "advantages run on into the next episode",
        "what CleanRL's mask of next_done prevents, lost where only terminations are masked",
        [Edit(gae, {"(1 - cut)": "(1 - terminated)"})],
        by(test_gae.test_it_is_the_weighted_sum_of_the_errors_that_follow_in_the_episode),
    ),
    Defect(
        "a cut episode goes on with the next one's first value",
        "values shifted by one row, with nothing asked about the state that a time limit cut off",
        [Edit(Block._with_values, {"if bool(truncated.any()):": "if False:"})],
        by(
            test_told.test_values_are_the_critics_of_each_state_and_of_the_one_that_followed_it,
            method="a2c",
            case="gymnasium",
        ),
    ),
    Defect(
        "there is value after the end",
        "the factor 1 - done forgotten in a temporal-difference error",
        [Edit(td_error, {" * (1 - terminated)": ""})],
        by(test_td_error.test_it_is_reward_and_discounted_next_value_less_the_value),
    ),
    Defect(
        "of episodes that end in one step one is counted",
        "CleanRL #508: episodes logged under one global step overwrite each other",
        [
            Edit(
                Tally.add,
                {
                    "(np.nonzero(done)[0], self.returns[done], self.lengths[done])": "tuple("
                    "x[:1] for x in (np.nonzero(done)[0], self.returns[done], self.lengths[done]))"
                },
            )
        ],
        by(test_collect.test_episodes_that_end_in_one_step_are_all_counted, steps=4),
    ),
    Defect(
        "an evaluation counts what is paid after the end",
        "streams of one batch stepped on until the last of them is over",
        [Edit(evaluate, {"reward * alive": "reward"})],
        by(test_evaluate.test_what_is_paid_after_an_episodes_end_does_not_count),
    ),
]


@planted(DEFECTS)
def test_a_defect_at_the_end_of_an_episode_is_caught(defect, request):
    assert_caught(defect, request)
