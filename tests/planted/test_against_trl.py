"""Signs and normalisations that TRL's own losses must tell from ours."""

from rlbench.algo import per_seed
from rlbench.algo.clipped_ratio import clipped_ratio
from rlbench.algo.group_relative import group_relative
from rlbench.algo.kl_estimate import k3
from rlbench.algo.plackett_luce import log_likelihood
from rlbench.language.window import Window
from rlbench.loops import preference_problem
from rlbench.methods.dpo import DPO
from rlbench.methods.dr_grpo import DrGRPO
from rlbench.methods.grpo import GRPO
from tests.language import test_trl
from tests.planted.defect import Defect, assert_caught, by, planted
from tests.planted.mutation import Edit

pytestmark = test_trl.pytestmark

DEFECTS = [
    Defect(
        "DPO prefers the other answer",
        "chosen and rejected the wrong way round",
        [Edit(DPO.objective, {"preferred - other": "other - preferred"})],
        by(test_trl.test_dpo_is_trls),
    ),
    Defect(
        "DPO's answers are means over their tokens",
        "a trainer's `average_log_prob`, which is IPO's and not DPO's",
        [Edit(preference_problem._answers, {"per_seed.episode_total(x, mask)": "((x * mask).sum(0) / mask.sum(0))"})],
        by(test_trl.test_dpo_is_trls),
    ),
    Defect(
        "GRPO rewards leaving the reference",
        "the sign of a penalty",
        [Edit(GRPO.objective, {"surrogate - self": "surrogate + self"})],
        by(test_trl.test_grpo_is_trls),
    ),
    Defect(
        "GRPO's price of KL has policy and reference exchanged",
        "k3 of the ratio and not of its inverse",
        [Edit(k3, {"ref_logp - logp": "logp - ref_logp"})],
        by(test_trl.test_grpo_is_trls),
    ),
    Defect(
        "GRPO is averaged over tokens",
        "TRL's own default aggregation under the name of GRPO",
        [Edit(GRPO.credit, {"sequence_mean": "decision_mean"})],
        by(test_trl.test_grpo_is_trls),
    ),
    Defect(
        "a ratio is clipped from above only",
        "dual clipping without its other half",
        [Edit(clipped_ratio, {"ratio.clamp(1 - clip, 1 + clip)": "ratio.clamp(max=1 + clip)"})],
        by(test_trl.test_grpo_is_trls),
    ),
    Defect(
        "siblings are measured in the deviation with n",
        "NumPy's default where torch's is n - 1",
        [Edit(group_relative, {"max(group - 1, 1)": "group"})],
        by(test_trl.test_advantages_are_trls),
    ),
    Defect(
        "Dr. GRPO counts every answer the same",
        "the 1/|o| that the paper removes",
        [Edit(DrGRPO.credit, {"decision_mean": "sequence_mean"})],
        by(test_trl.test_dr_grpo_is_trls_up_to_a_constant),
    ),
    Defect(
        "a token mean is taken over the padding as well",
        "a mean over all tokens where there is a mask",
        [Edit(per_seed.decision_mean, {"mask / count(mask)[:, None]": "mask / mask.shape[0] / mask.shape[2]"})],
        by(test_trl.test_dr_grpo_is_trls_bnpo_without_a_deviation),
    ),
    Defect(
        "a reward model is fitted to the worse answer",
        "best last where best first is asked for",
        [Edit(log_likelihood, {"logsigmoid(one - rest)": "logsigmoid(rest - one)"})],
        by(test_trl.test_the_loss_of_a_reward_model_is_trls),
    ),
    Defect(
        "an answer's end is no decision",
        "a mask that stops before the token that ends an answer",
        [Edit(Window.mask, {"ended - (answer == self.end).long()": "ended"})],
        by(test_trl.test_dpo_is_trls),
    ),
]


@planted(DEFECTS)
def test_a_defect_is_noticed(defect, request):
    assert_caught(defect, request)
