"""What runs of language models record beside the metrics of every run: each with a unit and a meaning."""

from rlbench.core import catalog
from rlbench.core.answer_metrics import ANSWER_QUANTITIES, AnswerMetric
from rlbench.core.schema import QUANTITIES, Metric


def test_every_name_has_its_quantity_and_none_is_a_metric_of_every_run():
    assert ANSWER_QUANTITIES.keys() == {*AnswerMetric}
    assert {*map(str, AnswerMetric)}.isdisjoint(map(str, Metric))


def test_every_quantity_has_a_unit_a_direction_and_a_meaning_of_its_own():
    quantities = [*ANSWER_QUANTITIES.values(), *QUANTITIES.values()]
    assert all(one.unit and one.meaning and one.better in (-1, 0, 1) for one in quantities)
    assert len({one.meaning for one in ANSWER_QUANTITIES.values()}) == len(ANSWER_QUANTITIES)


def test_what_counts_the_budget_of_a_language_task_is_one_of_them():
    assert {card.unit for card in catalog.tasks().values()} - {str(metric) for metric in Metric} <= {*AnswerMetric}
