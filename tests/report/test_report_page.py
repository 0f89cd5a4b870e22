"""The page needs nothing from outside, names its sources and can be read by a machine."""

import re
from html.parser import HTMLParser

import pytest

from rlbench.report import publish
from rlbench.report.inline_svg import inline_svg

VOID = {"meta", "link", "br", "img", "input", "hr", "path", "use"}


class Page(HTMLParser):
    """Collects what the tests ask for, and complains about tags that do not close."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.references, self.identifiers, self.labelled, self.open, self.text = [], [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.tags.append((tag, named))
        if tag not in VOID:
            self.open.append(tag)
        self.references += [value for name, value in named.items() if name in ("src", "href", "xlink:href", "srcset")]
        self.identifiers += [named["id"]] if "id" in named else []
        self.labelled += [named[name] for name in ("aria-labelledby",) if name in named]

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def source(published):
    return (published.results / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parsed(source):
    return Page(source)


@pytest.fixture(scope="module")
def words_of(source):
    """The page without its programs, which hold addresses and marks of their own."""
    return re.sub(r"<script.*?</script>", "", source, flags=re.DOTALL)


def test_nothing_is_fetched_from_anywhere(words_of, parsed):
    fetching = [named for tag, named in parsed.tags if tag != "a"]
    assert all(value.startswith("#") for named in fetching for name, value in named.items() if name.endswith("href"))
    assert not re.search(r"url\((?!#)|@import", words_of)
    assert not {"link", "iframe", "img", "base"} & {tag for tag, _ in parsed.tags}
    scripts = [named for tag, named in parsed.tags if tag == "script"]
    assert len(scripts) == 3
    assert [named for named in scripts if "src" in named] == []


def test_a_link_leads_to_a_place_a_paper_or_a_published_file(published, parsed):
    publish.figures(published.results, published.plan)
    files = {one for one in parsed.references if not one.startswith(("#", "https://"))}
    assert {"tables/improvement.csv", "scores.parquet", "figures/stability.svg", "figures/learning_curves.svg"} <= files
    assert [file for file in files if not (published.results / file).exists()] == []


def test_every_link_and_label_has_its_target_and_identifiers_are_unique(words_of, parsed):
    known = set(parsed.identifiers)
    assert len(known) == len(parsed.identifiers)
    assert {reference[1:] for reference in parsed.references if reference.startswith("#")} <= known
    assert "https://arxiv.org/abs/1707.06347" in parsed.references
    assert set(parsed.labelled) <= known
    assert set(re.findall(r"url\(#([^)]+)\)", words_of)) <= known


def test_words_of_the_data_are_words_and_not_markup(source, parsed):
    assert "&lt;b&gt;short&lt;/b&gt;" in source
    assert "<b>short" not in source
    assert "needs a discrete action & a <b>short</b> episode" in " ".join(parsed.text)


def test_it_holds_every_table_chart_and_figure_with_file_and_command(published, source, parsed):
    for table in publish.all_tables(published.study):
        assert f'id="table-{table.identifier}"' in source
        assert f"tables/{table.identifier}.csv" in source
    charts = {name.removeprefix("chart-") for name in parsed.identifiers if name.startswith("chart-")}
    assert charts == {"compute_cost", "improvement", "learning_curves", "update_kl"}
    figures = {name.removeprefix("figure-") for name in parsed.identifiers if re.fullmatch("figure-[a-z_]+", name)}
    assert figures >= {"final_performance", "variance", "stability", "kl_drift"}
    assert not figures & charts, "a chart stands in a picture's place"
    assert all(f'href="figures/{name}.svg"' in source for name in charts | figures)
    assert source.count("<code>make results</code>") >= len(charts | figures) + len(publish.all_tables(published.study))
    assert all(named.get("aria-label") for _, named in parsed.tags if named.get("role") == "img")


def test_provenance_is_there(parsed):
    text = " ".join(parsed.text)
    for word in ("4f2a9c1d", "AMD EPYC 7B13, 2 cores, 16 GB", "compiled on cpu", "0123456789abcdef", "2.11.0"):
        assert word in text


def test_uncommitted_code_is_admitted(builder):
    builder.cell("CartPole-v1", "a2c", range(2))
    builder.cell("CartPole-v1", "trpo", range(2), record={"dirty": True, "commit": "ffff0000"})
    publish.page(builder.results, builder.plan())
    source = (builder.results / "report.html").read_text(encoding="utf-8")
    assert "yes, in 1 of 2 run files" in source
    assert "4f2a9c1d (1 run files); ffff0000 (1 run files)" in source


def test_keyboard_phone_and_paper(source, parsed):
    assert next(named for tag, named in parsed.tags if tag == "a")["href"] == "#main"
    boxes = [named for tag, named in parsed.tags if named.get("class") == "box"]
    assert boxes
    assert all(named.get("tabindex") == "0" for named in boxes)
    fields = [named for tag, named in parsed.tags if tag in ("input", "select")]
    assert source.count("<label>") == len(fields) > 10
    assert 'name="viewport"' in source
    assert "@media print" in source
    assert '<html lang="en">' in source


def test_two_pictures_in_one_page_do_not_share_identifiers():
    svg = '<?xml?><svg width="9pt" height="9pt"><g id="a"/><use xlink:href="#a"/><g clip-path="url(#a)"/></svg>'
    made = inline_svg(svg, "p")
    start = '<svg aria-hidden="true" focusable="false" style="min-width: 6pt; max-width: 14pt">'
    assert made == start + '<g id="p-a"/><use xlink:href="#p-a"/><g clip-path="url(#p-a)"/></svg>'


def test_a_paragraph_stands_above_its_table_and_the_best_are_strong(published, parsed, source):
    text = " ".join(parsed.text)
    for table in publish.all_tables(published.study):
        assert table.paragraph in text
    assert source.index("Held against PPO-clip") < source.index('class="notes"', source.index("Held against PPO-clip"))
    best = source[source.index('id="table-best"') :]
    chosen = next(table for table in publish.all_tables(published.study) if table.identifier == "best")
    assert best[: best.index("</section>")].count("<strong>") == chosen.frame["among_best"].sum() > 0
