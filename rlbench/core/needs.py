"""What a method may ask for: the words that methods and tasks use, and how a table says that one is not there."""

NEEDS: dict[str, str] = {
    "critic": "a critic",
    "reference": "a reference policy",
    "old_policy": "the whole distribution that acted",
    "action_values": "a finite set of actions",
    "lasting_rewards": "rewards that do not change with the policy",
    "preferences": "recorded comparisons",
}
"""`critic`: d.value and d.next_value, and a critic to train. `reference`: d.ref_logp. `old_policy`: d.old inside the
objective. `action_values`: now.dist is `EpsilonGreedy`, and d.next_value the largest value by a network that lags
behind. `lasting_rewards`: what was paid for a decision may be kept and used again later. `preferences`: `Answers`."""
