"""How far is each estimator of a gradient from the true one, and how much does it vary?"""

from collections.abc import Sequence

import pandas as pd

from rlbench.report.columns import with_bounds
from rlbench.report.digits import interval, shown
from rlbench.report.estimates import Estimates, estimates
from rlbench.report.study import Study
from rlbench.report.table import Table
from rlbench.report.wording import between, counted, listed, paragraph

IDENTIFIER = "gradient_estimators"
QUANTITIES = [
    *("variance", "squared_bias", "log_variance_ratio", "signal_to_noise"),
    *("direction", "scaled_squared_error", "cosine"),
]
COLUMNS = ["task", "kind", "estimator", "batches", *with_bounds(QUANTITIES)]
HEADINGS = {
    "variance": "variance [95 %]",
    "squared_bias": "squared bias [95 %]",
    "log_variance_ratio": "log ratio of variance to reward-to-go's [95 %]",
    "signal_to_noise": "signal to noise [95 %]",
    "direction": "cosine of its mean [95 %]",
    "scaled_squared_error": "squared error at the best step [95 %]",
    "cosine": "cosine of one batch [95 %]",
}
WHOLE, TO_GO, BASELINE, TD = "total return", "reward-to-go", "reward-to-go - V", "TD(0)"
WHOLE_IN_GROUPS, ALONE = "total return, in groups", "leave-one-out (RLOO)"


def table(study: Study) -> Table:
    """One line for each task and estimator."""
    found = estimates(study)
    parts = [one.lines.reset_index().assign(task=f"{one.task}, {one.policy}", batches=one.batches) for one in found]
    frame = pd.concat(parts)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)
    return Table(
        identifier=IDENTIFIER,
        question="How far is each estimator of a gradient from the true one, and how much does it vary?",
        frame=frame.reset_index(drop=True),
        notes=_notes(found),
        place=32,
        section="task",
        group="kind",
        once=("batches",),
        headings=HEADINGS,
        summary=paragraph(*_sentences(found)) if found else "",
        undecided=_undecided(found),
    )


def _sentences(found: Sequence[Estimates]) -> list[str]:
    return [
        f"Leaving out rewards from before a decision multiplies the variance by {_ratios(found, TO_GO, WHOLE)}; a "
        f"critic's value as a baseline then by {_ratios(found, BASELINE, TO_GO)}; and the mean of an episode's "
        f"siblings, without a critic, by {_ratios(found, ALONE, WHOLE_IN_GROUPS)} of what their total returns have.",
        _look_ahead(found),
        _nearest(found),
    ]


def _ratios(found: Sequence[Estimates], estimator: str, other: str) -> str:
    """By what the variance of one estimator is multiplied against that of another, task by task."""
    return listed([f"{shown(one.ratio(estimator, other, 'variance'))} on {one.task}" for one in found])


def _look_ahead(found: Sequence[Estimates]) -> str:
    """What trusting the critic after one step brings, and what it costs."""
    signals = [f"{shown(one.ratio(TD, TO_GO, 'signal_to_noise'))} on {one.task}" for one in found]
    cosines = [f"{interval(*one.bounds(TD, 'direction'))} on {one.task}" for one in found]
    return (
        f"TD(0) has {listed(signals)} times the signal to noise of reward-to-go, and its mean points along the true "
        f"gradient with a cosine of {listed(cosines)}."
    )


def _nearest(found: Sequence[Estimates]) -> str:
    """Whose single batch points nearest to the true gradient."""
    parts = []
    for one in found:
        best = str(one.lines["cosine"].idxmax())
        cosine, usual = (shown(one.of(name, "cosine")) for name in (best, TO_GO))
        parts.append(f"{best} on {one.task} ({cosine}; reward-to-go {usual})")
    return f"Of one batch, the cosine to the true gradient is on average the largest with {listed(parts)}."


def _undecided(found: Sequence[Estimates]) -> str:
    """How many estimators may be without bias, or as noisy as reward-to-go."""
    if not found:
        return ""
    lines = pd.concat([one.lines.drop(index=[TO_GO]) for one in found])
    level = int((lines["log_variance_ratio_low"].lt(0) & lines["log_variance_ratio_high"].gt(0)).sum())
    straight = int((lines["squared_bias_low"].lt(0) & lines["squared_bias_high"].gt(0)).sum())
    return (
        f"Of {counted(len(lines), 'estimator')} on {counted(len(found), 'task')}, {level} cannot be told from "
        f"reward-to-go in variance, and {straight} not from one without bias; more batches would tell smaller ones."
    )


def _notes(found: Sequence[Estimates]) -> tuple[str, ...]:
    if not found:
        return ("The configuration asks for no study of gradient estimators.",)
    one = found[0]
    critics = [
        f"{each.task} {' and '.join(dict.fromkeys(f'{share:.3f}' for share in each.explained))}" for each in found
    ]
    return (
        "Gradients of the objectives of the methods, at the policy that a task's runs begin with: untrained, "
        "half-trained (what the preferences of such a task come from, here paid the environment's own reward), or the "
        f"base model. It stays as it is. {between([each.batches for each in found])} independent batches of "
        f"{one.episodes} episodes or answers, all estimators on the same ones; those of the kind groups on as many "
        f"others, whose episodes come in groups of {one.group} from one start. Nothing is whitened, clipped or added: "
        "decisions of an episode are summed, episodes averaged; 1/|o| divides by an episode's length first.",
        "The true gradient is that of the expected undiscounted return: mean of reward-to-go - V over "
        f"{between([each.reference_batches for each in found])} further batches. Looking ahead (TD, n-step, GAE) goes "
        "with the task's discount, which is a bias too: reward-to-go, discounted, has no other. Language tasks have no "
        "discount. V: a critic of the task's kind, fitted to other episodes of the same policy and then left alone. "
        "Share of the variance of returns that it explains on fresh episodes, without and with discount: "
        f"{'; '.join(critics)}.",
        "Variance (trace of the covariance of one batch's gradient) and squared bias, less what noise adds to it, are "
        "in squared lengths of the true gradient. Much of the bias is of length alone, which a step size mends: cosine "
        "of its mean is that of the angle between an estimator's expectation and the true gradient, noise taken off, "
        "so that it may come out above 1; squared error at the best step is 1 less its square, plus the variance, "
        "where the estimator is multiplied by the number that suits its expectation best. Signal to noise: squared "
        "length of the expectation over the variance. Cosine of one batch: mean over batches, to the mean of all "
        "reference batches.",
        "Intervals: jackknife over blocks of eight batches and of reference batches, t with Satterthwaite's degrees of "
        "freedom; those of a ratio pair the blocks. In simulations those of squared bias hold 90 to 96 times in a "
        "hundred, and lie too low where they do not.",
    )
