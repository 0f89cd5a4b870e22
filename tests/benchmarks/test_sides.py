"""Both sides train what the settings say, and ours accounts for all the time that it takes."""

import pytest

from rlbench.benchmarks import ours
from rlbench.benchmarks.clock import PHASES
from rlbench.benchmarks.settings import PPO, SETTINGS, TRPO

ON_CARTPOLE = sorted(method for method, task in SETTINGS if task == "CartPole-v1")


@pytest.mark.parametrize("method", ON_CARTPOLE)
def test_every_second_lies_in_one_phase(method):
    found = ours.main(method, "CartPole-v1", "eager", 2, 1)
    assert found["steps"] == 2 * SETTINGS[method, "CartPole-v1"].rollout.rows
    assert set(found["phases"]) == set(PHASES)
    assert all(seconds > 0 for seconds in found["phases"].values())
    assert found["cpu_s"] == pytest.approx(sum(found["phases"].values()))
    assert found["engine"] == "eager"
    assert found["peak_rss_mb"] > 50


@pytest.mark.parametrize(("method", "task"), sorted(SETTINGS))
def test_our_method_is_what_the_settings_say(method, task):
    s = SETTINGS[method, task]
    made = ours._method(s)
    assert (made.rollout, made.lam) == (s.rollout, s.lam)
    assert (made.critic.lr, made.critic.epochs, made.critic.minibatches) == (s.lr, s.epochs, s.minibatches)
    match s:
        case PPO():
            assert made.update == made.critic
            assert (made.clip, made.update.max_norm, made.entropy) == (s.clip, s.max_norm, 0)
        case TRPO():
            region = made.update
            assert (region.max_kl, region.damping, region.iterations) == (s.max_kl, s.damping, s.iterations)
            assert (region.backtracks, region.shrink, region.fisher_share) == (s.backtracks, s.shrink, 1)


# The peer reaches for what its own dependencies have deprecated.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ON_CARTPOLE)
def test_the_peers_model_is_what_the_settings_say(method):
    pytest.importorskip("sb3_contrib", reason="the peers are installed for benchmarks only")
    from stable_baselines3.common.env_util import make_vec_env

    from rlbench.benchmarks import theirs

    s = SETTINGS[method, "CartPole-v1"]
    model = theirs._model(make_vec_env("CartPole-v1", s.rollout.streams, seed=0), s)
    assert (model.n_steps, model.n_envs, model.batch_size) == (
        s.rollout.steps,
        s.rollout.streams,
        1024 // s.minibatches,
    )
    assert (model.gamma, model.gae_lambda, model.learning_rate) == (s.gamma, s.lam, s.lr)
    assert model.policy.optimizer.defaults["eps"] == ours._method(s).critic.eps
    layers = [
        tuple(p.shape) for name, p in model.policy.named_parameters() if "policy_net" in name and "weight" in name
    ]
    assert layers == [(64, 4), (64, 64)]
    match s:
        case PPO():
            assert (model.n_epochs, model.clip_range(1), model.max_grad_norm) == (s.epochs, s.clip, s.max_norm)
            assert model.ent_coef == 0
        case TRPO():
            assert (model.target_kl, model.cg_damping, model.cg_max_steps) == (s.max_kl, s.damping, s.iterations)
            assert (model.line_search_max_iter, model.line_search_shrinking_factor) == (s.backtracks, s.shrink)
            assert (model.n_critic_updates, model.sub_sampling_factor) == (s.epochs, 1)
