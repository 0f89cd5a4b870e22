"""One frame as CSV, Markdown and LaTeX: full numbers survive, nothing in a cell is taken for syntax."""

import io
import re

import numpy as np
import pandas as pd
import pytest

from rlbench.report.as_csv import as_csv
from rlbench.report.as_latex import as_latex, escaped
from rlbench.report.as_markdown import as_markdown
from rlbench.report.digits import interval, shown
from rlbench.report.plan import Plan
from rlbench.report.table import Bold, Table

PLAN = Plan("0123456789abcdef", "config.yaml", "make results", {}, {}, (), ())
NASTY = 'a_b & 50% | #1 "x", {y} \\ <b>'


@pytest.fixture
def table():
    frame = pd.DataFrame(
        {
            "method": [NASTY, "ppo", "trpo"],
            "n": [10, 20, 1],
            "score": [1 / 3, -512.25, 7.0],
            "score_low": [0.1, -600.0, np.nan],
            "score_high": [0.7, -400.0, np.nan],
            "energy_j": [np.nan, 3.5e12, 2.0],
            "median_steps": [np.inf, 1234.0, np.nan],
        }
    )
    return Table(
        identifier="some_table",
        question="Which # is 100% best?",
        frame=frame,
        notes=("first # note\nwith a break",),
        place=1,
        headings={"score": "score [95 %]"},
        missing={"energy_j": "not measured"},
        never={"median_steps": "not reached"},
    )


def test_csv_comes_back_as_it_was(table):
    text = as_csv(table, PLAN)
    back = pd.read_csv(io.StringIO(text), comment="#")
    pd.testing.assert_frame_equal(back, table.frame, check_exact=True)


def test_footer_says_how_to_make_the_table_again(table):
    for text in (as_csv(table, PLAN), as_markdown(table, PLAN), as_latex(table, PLAN)):
        assert "plan 0123456789abcdef, made by: make results" in text
        assert re.search(r"rlbench \d+\.\d+", text)
        assert "note with a break" in text
        assert "fewer than 20 training runs" in text
    csv = as_csv(table, PLAN).splitlines()
    assert [line[0] for line in csv[:5]] == ["#", "#", "#", "#", '"']


def test_readers_see_intervals_daggers_and_words(table):
    seen = table.shown()
    assert list(seen.columns) == ["method", "n", "score [95 %]", "energy j", "median steps"]
    assert seen["score [95 %]"].tolist() == ["0.333 [0.100, 0.700]", "-512.2 [-600.0, -400.0]", "7.000 [\N{EN DASH}]"]
    assert seen["n"].tolist() == ["10\N{DAGGER}", "20", "1\N{DAGGER}"]
    assert seen["energy j"].tolist() == ["not measured", "3.50e+12", "2"]
    assert seen["median steps"].tolist() == ["not reached", "1,234", "\N{EN DASH}"]


def test_no_dagger_and_no_footnote_where_all_have_enough_runs(table):
    enough = Table("t", "q", table.frame.assign(n=20), (), 1)
    assert "\N{DAGGER}" not in as_markdown(enough, PLAN)


def test_markdown_has_as_many_cells_in_every_line(table):
    lines = [line for line in as_markdown(table, PLAN).splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 3
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {6}


def test_latex_escapes_everything_and_balances(table):
    text = as_latex(table, PLAN)
    body = text.split(r"\endfoot")[1].split(r"\end{longtable}")[0]
    lines = [line for line in body.strip().splitlines() if line.endswith(r"\\")]
    assert len(lines) == 3
    assert all(len(re.findall(r"(?<!\\)&", line)) == 4 for line in lines)
    bare = re.sub(r"\\[\\&%$#_{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"[%#$]", bare)
    assert r"\caption{Which \# is 100\% best?}" in text
    assert r"\label{tab:some_table}" in text
    assert "-- " not in escaped("\N{DAGGER}")
    assert escaped("a\\b~^") == r"a\textbackslash{}b\textasciitilde{}\textasciicircum{}"


def test_a_table_without_a_line_is_still_a_table():
    empty = Table("t", "q", pd.DataFrame(columns=["task", "seed"]), ("None failed.",), 1)
    assert pd.read_csv(io.StringIO(as_csv(empty, PLAN)), comment="#").columns.tolist() == ["task", "seed"]
    assert "None failed." in as_markdown(empty, PLAN)
    assert r"\bottomrule" in as_latex(empty, PLAN)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (500_000, "500,000"),
        (976.0, "976"),
        (0.05, "0.0500"),
        (-0.0, "0"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (98765.4, "98,765"),
        (4.5e9, "4.50e+09"),
        (None, "\N{EN DASH}"),
        (pd.NA, "\N{EN DASH}"),
        (float("nan"), "\N{EN DASH}"),
        (0.00123, "0.00123"),
        (4.1e-7, "4.10e-07"),
        ("word", "word"),
    ],
)
def test_numbers_are_written_with_the_digits_that_mean_something(value, text):
    assert shown(value) == text


def test_an_interval_has_the_same_decimals_throughout():
    assert interval(99.987, 8.5, 1234.5) == "100 [8, 1,234]"
    assert interval(float("nan"), 1.0, 2.0) == "\N{EN DASH}"


@pytest.fixture
def blocks():
    frame = pd.DataFrame(
        {
            "task": ["One", "One", "One", "Two"],
            "method": ["a", "b", "c", "a"],
            "family": ["x", "x", "y", "x"],
            "reference": ["arXiv:1", "doi:2", "", "https://host/long"],
            "score": [1.0, 2.0, 3.0, 4.0],
            "machine": ["slow"] * 4,
        }
    )
    return Table("t", "q", frame, (), 1, section="task", once=("machine",), references=("reference",))


def test_lines_stand_in_blocks_and_kin_together(blocks):
    one, two = blocks.blocks()
    assert (one.heading, two.heading) == ("One", "Two")
    assert [[line[:2] for line in group] for group in one.groups] == [[["a", "x"], ["b", ""]], [["c", "y"]]]
    assert two.groups == [[["a", "x", "https://host/long", "4"]]]
    assert "machine, for every line: slow" in blocks.footer(PLAN)


def test_programs_read_every_column_of_every_line(blocks):
    back = pd.read_csv(io.StringIO(as_csv(blocks, PLAN)), comment="#", keep_default_na=False)
    pd.testing.assert_frame_equal(back, blocks.frame, check_dtype=False)


def test_sections_and_links_in_markdown(blocks):
    text = as_markdown(blocks, PLAN)
    assert re.search(r"\| \*\*One\*\* +\| +\| +\| +\|", text)
    for words in ("[arXiv:1](https://arxiv.org/abs/1)", "[doi:2](https://doi.org/2)", "[host](https://host/long)"):
        assert words in text


def test_sections_and_groups_in_latex(blocks):
    text = as_latex(blocks, PLAN)
    assert text.count(r"\multicolumn{4}{l}{\textbf{") == 2
    body = text.split(r"\endfoot")[1]
    assert body.index("b &") < body.rindex(r"\addlinespace", 0, body.index("c &")) < body.index("c &")


def test_columns_that_do_not_fit_follow_in_further_parts():
    wide = pd.DataFrame({"method": ["a"], **{f"a column with a long name {place}": [1.0] for place in range(9)}})
    text = as_latex(Table("t", "q", wide, (), 1), PLAN)
    parts = text.split(r"\begin{longtable}")[1:]
    assert len(parts) == 3
    heads = [part.split(r"\toprule")[1].split(r" \\")[0].split(" & ") for part in parts]
    assert all(head[0].strip() == "method" for head in heads)
    assert [name for head in heads for name in head[1:]] == list(wide.columns[1:])
    assert all(sum(len(name) + 2 for name in head) <= 96 for head in heads)
    assert text.count(r"\label") == 1
    assert "(part 3 of 3)" in text
    long = pd.DataFrame({"method": ["a"], "reason": ["word " * 30]})
    assert r"\begin{longtable}{lp{4.2cm}}" in as_latex(Table("t", "q", long, (), 1), PLAN)


def test_what_stands_out_is_bold_in_every_format_and_its_flag_is_no_column(table):
    chosen = Table(
        "t", "q", table.frame.assign(first=[True, False, False]), (), 1, bold={"method": "first"}, summary="One * wins."
    )
    assert "first" not in chosen.shown().columns
    cells = [cell for block in chosen.blocks() for group in block.groups for line in group for cell in line]
    assert [cell for cell in cells if isinstance(cell, Bold)] == [NASTY]
    assert rf"\textbf{{{escaped(NASTY)}}}" in as_latex(chosen, PLAN)
    markdown = as_markdown(chosen, PLAN)
    assert r"| **a\_b & 50%" in markdown
    assert r"**q**" in markdown
    assert "\nOne \\* wins.\n" in markdown
    back = pd.read_csv(io.StringIO(as_csv(chosen, PLAN)), comment="#")
    assert back["first"].tolist() == [True, False, False]


def test_an_estimate_that_was_never_reached_is_a_word_and_its_absence_a_dash(table):
    frame = table.frame.assign(score=[np.inf, np.nan, 7.0])
    seen = Table("t", "q", frame, (), 1, never={"score": "never"}).shown()["score"]
    assert seen.tolist() == ["never", "\N{EN DASH}", "7.000 [\N{EN DASH}]"]
