"""How parameters change: steps, searches, coefficients, and the copies that must or must not follow."""

from rlbench.algo.conjugate_gradient import conjugate_gradient
from rlbench.control.session import ControlSession
from rlbench.loops.block import Block
from rlbench.loops.learner import Learner
from rlbench.loops.problems import PolicyProblem
from rlbench.updates.minibatch_adam import MinibatchAdam
from rlbench.updates.natural_step import to_length
from rlbench.updates.trust_region import TrustRegion
from tests.algo import test_conjugate_gradient
from tests.loops import test_action_values, test_measures, test_told
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit
from tests.updates import test_minibatch_adam, test_natural_gradient, test_trust_region

CLIPPED = "gradient * (self.max_norm / (norm + 1e-6)).clamp(max=1)[:, None]"
DEFECTS = [
    Defect(
        "each element of the gradient is clipped under the name of its norm",
        "rejax, six files: optax.clip(max_grad_norm)",
        [Edit(MinibatchAdam.pure, {CLIPPED: "gradient.clamp(-self.max_norm, self.max_norm)"})],
        by(
            test_minibatch_adam.test_the_norm_after_clipping_is_each_seeds_own_and_at_most_the_limit,
            max_norm=0.5,
        ),
    ),
    Defect(
        "the gradients of all seeds are clipped together",
        "torch.nn.utils.clip_grad_norm_ over stacked parameters: off by .02 after 25 steps",
        [Edit(MinibatchAdam.pure, {".sum(1).sqrt()": ".sum().sqrt().expand(len(gradient))"})],
        by(test_minibatch_adam.test_a_block_and_its_parts_agree_to_the_bit),
    ),
    Defect(
        "the loss is averaged over seeds",
        "a mean over the whole batch, seeds included: gradients shrink against Adam's eps and the clip",
        [Edit(MinibatchAdam.pure, {"hyper.unbind()).sum()": "hyper.unbind()).mean()"})],
        by(
            test_minibatch_adam.test_it_is_torchs_adam_after_torchs_clipping_of_each_seed_alone,
            max_norm=0.5,
        ),
    ),
    Defect(
        "the penalty changes with every minibatch",
        "TorchRL, KLPENPPOLoss: the rule stands in forward()",
        [
            Edit(
                Block.learn,
                {"    self.kept.beta = self": "    for _ in range(4):\n                self.kept.beta = self"},
            )
        ],
        by(test_measures.test_the_price_of_moving_follows_the_recorded_divergences_by_the_papers_rule),
    ),
    Defect(
        "the recorded divergence is KL(new || old)",
        "the direction not said, and not asked, where KL is logged",
        [Edit(Block._moved, {"d.old.kl(dist)": "dist.kl(d.old)"})],
        by(
            test_measures.test_what_an_update_did_to_the_policy_is_the_divergence_from_the_recorded_one,
            method="a2c",
            case="gymnasium",
        ),
    ),
    Defect(
        "the trust region is of KL(new || old)",
        "sb3-contrib's TRPO constrains this direction",
        [
            Edit(
                PolicyProblem.divergence,
                {
                    "self._evaluate(theta, d).dist.kl(self._evaluate(new, d).dist)": "self._evaluate(new, d).dist.kl("
                    "self._evaluate(theta, d).dist)"
                },
            )
        ],
        by(
            test_measures.test_a_policy_never_leaves_its_trust_region_by_the_recorded_divergence,
            method="trpo",
            case="gymnasium",
        ),
    ),
    Defect(
        "a search that finds nothing leaves the full step in place",
        "Tianshou #1287; before it modular_rl #7",
        [Edit(TrustRegion._search, {"theta.clone()": "theta + full.change"})],
        by(test_trust_region.test_a_divergence_beyond_the_region_shortens_the_step),
    ),
    Defect(
        "the search looks at the objective alone",
        "a line search for improvement under the name of a trust region",
        [Edit(TrustRegion._search, {" & (divergence <= self.max_kl)": ""})],
        by(test_trust_region.test_a_divergence_beyond_the_region_shortens_the_step),
    ),
    Defect(
        "the step has the length of a square root of something negative",
        "rllab #24, sb3-contrib #38, tensorforce #26: not a number where the curvature is not positive",
        [
            Edit(
                to_length,
                {
                    "failed = failed | ~((curvature >= 0) & curvature.isfinite())": "pass",
                    "(curvature > 0) & ~failed": "~failed",
                },
            )
        ],
        by(test_natural_gradient.test_a_direction_is_brought_to_its_length_or_not_followed),
    ),
    Defect(
        "conjugate gradients go on where the matrix is not positive",
        "the same reports, one step earlier",
        [Edit(conjugate_gradient, {"going & (length > 0) & length.isfinite()": "going"})],
        by(test_conjugate_gradient.test_a_seed_that_is_not_positive_definite_is_marked_and_the_others_do_not_notice),
    ),
    Defect(
        "the lagging network is never copied again",
        "a condition on the iteration that holds at the first one only",
        [Edit(Learner._look_ahead, {"iteration % self.method.lag == 0": "iteration == 0"})],
        by(test_action_values.test_the_other_network_is_a_copy_from_every_so_many_updates_ago, name="dqn"),
    ),
    Defect(
        "what acts has stale weights",
        "an actor that keeps a copy of parameters which learning changes in place",
        [
            Edit(
                ControlSession.collect,
                {
                    "Acting(self.actor, theta[positions], shown)": "self.__dict__.setdefault("
                    "'stale', Acting(self.actor, theta[positions], shown))"
                },
            )
        ],
        by(
            test_told.test_what_acts_is_the_policy_that_has_learnt_from_all_before,
            method="a2c",
            case="batched",
        ),
    ),
    Defect(
        "the reference learns along",
        "the same tensor under two names: the divergence from it is always nothing",
        [Edit(Learner.__init__, {"reference=first.clone()": "reference=first"})],
        by(test_told.test_the_reference_is_the_first_policy_for_as_long_as_there_is_one, method="grpo"),
    ),
]


@planted(DEFECTS)
def test_a_defect_in_an_update_is_caught(defect, request):
    assert_caught(defect, request)
