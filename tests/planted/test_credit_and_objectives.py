"""What a decision was worth and what is maximised: signs, directions, averages, masks."""

from rlbench.algo import per_seed
from rlbench.algo.adaptive_penalty import adapt
from rlbench.algo.clipped_ratio import clipped_ratio
from rlbench.algo.group_centred import group_centred
from rlbench.algo.group_relative import group_relative
from rlbench.algo.importance import ratio
from rlbench.algo.kl_estimate import k3
from rlbench.algo.leave_one_out import leave_one_out
from rlbench.algo.plackett_luce import log_likelihood
from rlbench.loops import preference_problem
from rlbench.methods.dpo import DPO
from rlbench.methods.dr_grpo import DrGRPO
from rlbench.methods.grpo import GRPO
from rlbench.methods.ppo_penalty import PPOPenalty
from tests.algo import (
    test_adaptive_penalty,
    test_clipped_ratio,
    test_group_relative,
    test_importance,
    test_kl_estimate,
    test_leave_one_out,
    test_per_seed,
    test_plackett_luce,
)
from tests.methods import test_contract, test_equations
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit
from tests.probes import test_preference_bandits

DEFECTS = [
    Defect(
        "whitened advantages keep their mean",
        "torchtune, rlhf/rewards.py: the condition on shift_mean the wrong way round",
        [Edit(per_seed.whiten, {"[:, None]": "[:, None] + mean(x, mask)[:, None]"})],
        by(test_per_seed.test_whitened_decisions_have_mean_zero_and_variance_one),
    ),
    Defect(
        "advantages are whitened over all seeds",
        "any mean without an axis, once the seeds are an axis",
        [Edit(per_seed._centred, {"mean(shifted, mask)[:, None]": "(shifted * mask).sum() / mask.sum()"})],
        by(test_contract.test_credit_does_not_mix_seeds, name="ppo_clip"),
    ),
    Defect(
        "steps after the end are counted",
        "padding averaged in: a mean over all tokens where there is a mask",
        [Edit(per_seed.decision_mean, {"mask / count": "(0 * mask + 1) / count"})],
        by(test_contract.test_masked_entries_change_nothing, name="rloo"),
    ),
    Defect(
        "an only child is worth its raw score",
        "verl, core_algos.py: a group of one keeps mean 0 and deviation 1",
        [Edit(group_centred, {".flatten(1)": ".flatten(1) if group > 1 else score"})],
        by(test_group_relative.test_an_only_child_is_worth_nothing),
    ),
    Defect(
        "siblings are measured in population deviations",
        "tinker-cookbook divides by the deviation with n; TRL, verl and the other trainers by that with n - 1",
        [Edit(group_relative, {"max(group - 1, 1)": "group"})],
        by(test_group_relative.test_a_known_answer),
    ),
    Defect(
        "an answer has a part in its own baseline",
        "leave-one-out taken for the distance from the mean of all, without G / (G - 1)",
        [Edit(leave_one_out, {"(group / max(group - 1, 1))": "1.0"})],
        by(test_leave_one_out.test_a_known_answer),
    ),
    Defect(
        "GRPO is averaged over tokens where the paper averages over answers",
        "verl's and OpenRLHF's default aggregation under the name of GRPO",
        [Edit(GRPO.credit, {"sequence_mean": "decision_mean"})],
        by(test_equations.test_the_objective_is_the_papers, name="grpo"),
    ),
    Defect(
        "Dr. GRPO is averaged over answers",
        "the other way round: the 1/|o| that the paper removes",
        [Edit(DrGRPO.credit, {"decision_mean": "sequence_mean"})],
        by(test_equations.test_the_objective_is_the_papers, name="dr_grpo"),
    ),
    Defect(
        "the importance ratio is upside down",
        "old minus new in the exponent",
        [Edit(ratio, {"logp - behaviour_logp": "behaviour_logp - logp"})],
        by(test_importance.test_the_weighted_mean_over_the_behaviours_actions_is_the_mean_over_the_policys),
    ),
    Defect(
        "the clip is optimistic",
        "the maximum of both surrogates, as in a loss, where an objective takes the minimum",
        [Edit(clipped_ratio, {"torch.minimum": "torch.maximum"})],
        by(test_clipped_ratio.test_it_is_equation_7),
    ),
    Defect(
        "the estimate of KL(policy || reference) is the other direction's",
        "k3 with policy and reference exchanged, on samples of the policy",
        [Edit(k3, {"ref_logp - logp": "logp - ref_logp"})],
        by(test_kl_estimate.test_the_mean_under_the_policy_is_the_divergence_from_policy_to_reference),
    ),
    Defect(
        "the penalty is KL(new || old)",
        "sb3-contrib's TRPO constrains this direction where the papers have KL(old || new)",
        [Edit(PPOPenalty.objective, {"d.old.kl(now.dist)": "now.dist.kl(d.old)"})],
        by(test_equations.test_the_objective_is_the_papers, name="ppo_penalty"),
    ),
    Defect(
        "the penalty falls after a long step and rises after a short one",
        "the rule of PPO's section 4 with its inequalities exchanged",
        [
            Edit(
                adapt,
                {"tolerance, beta / factor": "tolerance, beta * factor", "far, beta * factor": "far, beta / factor"},
            )
        ],
        by(test_adaptive_penalty.test_a_sequence_worked_by_hand),
    ),
    Defect(
        "the choices of a ranking are among what was ranked before",
        "published snippets of Plackett-Luce: logcumsumexp without a flip before it and after it",
        [
            Edit(
                log_likelihood,
                {"    rest = score[-1]": "    return (score - score.logcumsumexp(0))[1:].sum(0)\n    rest = score[-1]"},
            )
        ],
        by(test_plackett_luce.test_it_is_the_logarithm_of_the_product_of_choices),
    ),
    Defect(
        "an answer's log-probability is the mean over its tokens",
        "the length-normalised variant that some trainers have as their default under the name of DPO",
        [Edit(preference_problem._answers, {"summed.permute": "(summed / length).permute"})],
        by(test_preference_bandits.test_an_answer_of_two_decisions_counts_both, name="dpo"),
    ),
    Defect(
        "the rejected answer is preferred",
        "chosen and rejected exchanged",
        [Edit(DPO.objective, {"preferred - other": "other - preferred"})],
        by(test_contract.test_the_objective_rises_with_the_answers_that_were_ranked_first, name="dpo"),
    ),
]


@planted(DEFECTS)
def test_a_defect_in_credit_or_objective_is_caught(defect, request):
    assert_caught(defect, request)
