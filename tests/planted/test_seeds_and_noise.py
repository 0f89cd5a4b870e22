"""A seed's run is its own: no noise, no row, no budget and no bit is its neighbours'."""

from rlbench.algo import per_seed
from rlbench.control import collect
from rlbench.control.memory import Memory
from rlbench.core.noise import Noise
from rlbench.loops import episodes
from rlbench.loops.learner import Learner
from rlbench.loops.train import Training
from tests.control import test_memory, test_streams
from tests.core import test_noise
from tests.loops import test_accounting, test_seeds
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit

DEFECTS = [
    Defect(
        "all seeds draw the same numbers",
        "one generator for the vector of environments",
        [Edit(Noise.generators, {"(seed, purpose": "(self.seeds[0], purpose"})],
        by(test_noise.test_a_seeds_numbers_do_not_depend_on_its_neighbours),
    ),
    Defect(
        "a seed draws for one purpose what its neighbour draws for another",
        "ARLBench evaluates with seed + 1, the next run's own",
        [Edit(Noise.generator, {"_key(seed, purpose)": "_key(seed + purpose, Purpose.ACTION)"})],
        by(test_noise.test_no_two_keys_share_their_numbers),
    ),
    Defect(
        "every step draws the same numbers",
        "nanochat: sampling seeded from a variable of the module that stays what it was",
        [Edit(Noise.generator, {"[0, 0, 0, step]": "[0, 0, 0, 0]"})],
        by(test_noise.test_no_two_keys_share_their_numbers),
    ),
    Defect(
        "minibatches are drawn from as many rows as the block's longest episode has",
        "rlbench itself, in its first trial: a permutation of T B rows, padding included",
        [
            Edit(Learner.learn, {"isinstance(self.method.rollout, Episodes)": "False"}),
            Edit(
                episodes.by_length,
                {
                    "[min(max(SHORTEST, 1 << (int(length) - 1).bit_length()), len(d.mask)) for length in longest]": ""
                    "[int(max(longest))] * len(longest)"
                },
            ),
        ],
        by(test_seeds.test_a_seed_does_not_depend_on_its_neighbours, method="reinforce", case="batched"),
    ),
    Defect(
        "the order in which a score is added up depends on how many seeds there are",
        "rlbench itself, until rewards that are no integers were tried: a sum over the first axis of [T, S, B]",
        [Edit(per_seed.episode_total, {"(x * mask).permute(1, 2, 0).contiguous().sum(2)": "(x * mask).sum(0)"})],
        by(test_seeds.test_a_seed_does_not_depend_on_its_neighbours, method="grpo", case="gymnasium"),
    ),
    Defect(
        "the budget is counted over the block",
        "total_timesteps over all environments of all seeds",
        [Edit(Training._iterate, {"experience.used * active": "experience.used.sum() * active"})],
        by(test_accounting.test_every_training_episode_is_accounted_for, method="a2c", case="batched"),
    ),
    Defect(
        "what was never written is drawn from the memory",
        "indices up to the capacity before the ring is full",
        [Edit(Memory.draw, {"min(self._written, self._capacity)": "self._capacity"})],
        by(test_memory.test_what_can_be_drawn_is_what_was_written_last, rollouts=1, capacity=100),
    ),
    Defect(
        "the members of a group begin in different states",
        "repeated as a whole where each should be repeated",
        [Edit(collect.begin_episodes, {"fresh.repeat(group, axis=1)": "np.tile(fresh, (1, group, 1))"})],
        by(test_streams.test_the_members_of_a_group_begin_in_one_state_and_groups_differ, kind="batched"),
    ),
]


@planted(DEFECTS)
def test_a_defect_that_mixes_seeds_or_noise_is_caught(defect, request):
    assert_caught(defect, request)
