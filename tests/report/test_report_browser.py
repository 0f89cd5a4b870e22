"""The page in a real browser: charts are drawn and follow the filters, the address keeps them, nothing is fetched."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rlbench.report.page import page as rendered
from rlbench.report.study import Study
from rlbench.report.tables import best, cells, claims, matrix, methods, outcomes, settings
from tests.report.synthetic import MORE_TASKS, TASKS, Builder

playwright = pytest.importorskip("playwright.sync_api")
from tests.report.browser import REMEDY, chromium  # noqa: E402

pytestmark = pytest.mark.xdist_group("browser")
WIDTHS = {"desktop": 1280, "phone": 360}
PATIENCE_MS = 60_000
METHODS = ("reinforce", "trpo", "ppo_clip", "grpo", "a2c")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of five methods on two tasks with rewards and one with preferences, and of a study of step sizes."""
    builder = Builder(tmp_path_factory.mktemp("browser") / "results")
    builder.tasks = {name: TASKS[name] for name in ("CartPole-v1", "Acrobot-v1")}
    builder.tasks |= {"CartPole-preferences": MORE_TASKS["CartPole-preferences"]}
    for task in builder.tasks:
        for method in METHODS:
            failures = {1: ("diverged", "NaN <b>", 100_000)} if (task, method) == ("CartPole-v1", "a2c") else {}
            builder.cell(task, method, range(3), failures=failures)
    for variant in ("slow", "middle", "fast"):
        builder.cell("CartPole-v1", "ppo_clip", range(3), variant)
    for method in ("reinforce", "ppo_clip"):
        builder.point("CartPole-v1", method, "lr", 1e-4, range(3))
        builder.published_point("CartPole-v1", method, "lr", 1e-3, range(3))
        builder.point("CartPole-v1", method, "lr", 1e-2, range(3))
    study = Study.read(builder.results, builder.plan())
    path = builder.results / "report.html"
    shown = [module.table(study) for module in (best, cells, claims, matrix, methods, outcomes, settings)]
    path.write_text(rendered(study, shown, []), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator:
    try:
        with chromium() as found:
            yield found
    except playwright.Error as error:
        pytest.skip(f"{REMEDY} ({str(error).splitlines()[0]})")


class Watch:
    """Everything that a page says or asks for that it should not."""

    def __init__(self, page, allowed: str):
        self.found: list[str] = []
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("console", lambda message: self.found.append(f"{message.type}: {message.text}"))
        page.on("request", lambda request: self._requested(request.url, allowed))

    def _requested(self, address: str, allowed: str) -> None:
        if address.partition("#")[0] != allowed:
            self.found.append(f"request: {address}")


Opener = Callable[..., object]


@pytest.fixture
def opened(browser, report) -> Iterator[Opener]:
    """Open the report at a width and a fragment, with every chart drawn; afterwards nobody may have complained."""
    contexts, watches = [], []

    def open_(width: int = WIDTHS["desktop"], fragment: str = ""):
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_MS)
        watches.append(Watch(page, report.as_uri()))
        page.goto(report.as_uri() + fragment)
        drawn(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [watch.found for watch in watches if watch.found] == []


def drawn(page) -> None:
    page.wait_for_function("document.documentElement.dataset.drawn === 'all'")


SIGNS = """svg => [...svg.querySelectorAll(":not(clipPath) > :is(path, line, rect, text)")].map(mark =>
  [mark.tagName, ...["stroke", "fill", "stroke-width", "stroke-dasharray", "opacity"].map(name =>
   mark.getAttribute(name)), mark.tagName === "text" ? mark.textContent : ""].join(" ")).join("\\n")"""


def pictures(page) -> dict[str, str]:
    """The marks and words of every panel in sight, by its place; not where they are, which may differ by a pixel."""
    found = {}
    for panel in page.locator("[data-panel]").all():
        if panel.is_visible():
            panel.scroll_into_view_if_needed()
            page.wait_for_timeout(60)
            found[panel.get_attribute("data-panel")] = panel.locator("svg").first.evaluate(SIGNS)
    return found


def fragment_of(page) -> str:
    return page.evaluate("location.hash")


def box(page, name: str, value: str):
    return page.locator(f"#filters input[name={name}][value='{value}']")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_chart_is_drawn_and_nothing_is_wider_than_the_screen(opened, width):
    page = opened(width)
    charts = {place.split("/")[0] for place in pictures(page)}
    assert charts == {
        *("compute_cost", "improvement", "learning_curves", "preferences", "step_sizes", "update_kl"),
    }
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    labels = page.locator("[data-panel] svg").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert all(labels)
    assert page.locator("#filters").evaluate("one => one.open") == (width == WIDTHS["desktop"])


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_method_is_left_out_of_every_chart_and_the_address_keeps_it(opened, width):
    page = opened(width)
    before = pictures(page)
    if not page.locator("#filters").evaluate("one => one.open"):
        page.locator("#filters summary").click()
    box(page, "methods", "trpo").click()
    after = pictures(page)
    same = {place for place in before if before[place] == after[place]}
    assert same == {place for place in before if place.startswith("step_sizes")}, "TRPO is in all but that study"
    assert "methods=reinforce,a2c,ppo_clip" in fragment_of(page)
    assert "trpo" not in fragment_of(page)
    page.reload()
    drawn(page)
    assert not box(page, "methods", "trpo").is_checked()
    assert page.locator("#chosen").inner_text() == "7 of 8 methods, 3 of 3 tasks"
    assert pictures(page) == after


def test_a_task_is_left_out_of_every_chart(opened):
    page = opened()
    before = pictures(page)
    box(page, "tasks", "Acrobot-v1").click()
    after = pictures(page)
    assert fragment_of(page) == "#tasks=CartPole-v1,CartPole-preferences"
    gone = {place.split("/")[0] for place in before.keys() - after.keys()}
    assert gone == {"compute_cost", "learning_curves", "update_kl"}
    assert before["improvement/0"] != after["improvement/0"], "shares are means over the chosen tasks"
    box(page, "tasks", "Acrobot-v1").click()
    assert fragment_of(page) == ""
    assert pictures(page) == before


def test_a_link_brings_back_what_was_chosen_and_leaves_out_what_does_not_exist(opened):
    page = opened(fragment="#methods=ppo_clip,of_old&tasks=CartPole-v1&compute_cost=cpu_s&run=CartPole-v1/ppo_clip/2")
    assert page.locator("#filters input[name=methods]:checked").count() == 1
    assert page.locator("input[data-choice='compute_cost']:checked").get_attribute("value") == "cpu_s"
    assert page.locator("#run-facts [data-fact=outcome]").inner_text() == "finished"
    assert "of_old" not in fragment_of(page)
    assert "run=CartPole-v1/ppo_clip/2" in fragment_of(page)


def test_another_cost_is_another_axis(opened):
    page = opened()
    before = pictures(page)
    page.locator("input[value=cpu_s]").check()
    after = pictures(page)
    changed = {place.split("/")[0] for place in before if before[place] != after[place]}
    assert changed == {"compute_cost"}
    assert fragment_of(page) == "#compute_cost=cpu_s"


def test_a_run_says_where_it_comes_from_when_it_is_pointed_at_and_clicked_on(opened):
    page = opened(fragment="#methods=a2c&tasks=CartPole-v1")
    panel = page.locator("[data-panel='learning_curves/0']")
    panel.scroll_into_view_if_needed()
    # The widest strokes are there to be met by a pointer: one for each run.
    targets = panel.locator("path[stroke-width='7']")
    assert targets.count() == 3
    place = targets.nth(2).evaluate(
        "path => { const at = path.getPointAtLength(path.getTotalLength() * .45).matrixTransform(path.getScreenCTM());"
        " return [at.x, at.y]; }"
    )
    page.mouse.move(*place)
    words = page.locator("#vg-tooltip-element.visible").inner_text()
    for word in (
        "A2C",
        "CartPole-v1",
        "seed",
        "4f2a9c1d",
        "python -m rlbench train --config config.yaml results/runs/",
    ):
        assert word in words
    page.mouse.click(*place)
    assert "run=CartPole-v1/a2c/" in fragment_of(page)
    facts = page.locator("#run-facts")
    assert "runs/CartPole-v1/a2c/" in facts.inner_text()
    assert panel.locator("path[stroke='black'][stroke-width='2.5']").count() == 1


def test_a_failed_run_can_be_looked_up_by_its_name(opened):
    page = opened()
    page.locator("#pick [name=task]").select_option("CartPole-v1")
    page.locator("#pick [name=method]").select_option("A2C")
    page.locator("#pick [name=seed]").select_option("1")
    assert page.locator("[data-fact=outcome]").inner_text() == "diverged: NaN <b>"
    assert fragment_of(page) == "#run=CartPole-v1/a2c/1"


REACHED = (
    "(document.activeElement.closest('#filters') && document.activeElement.value) || document.activeElement.textContent"
)


def test_filters_can_be_reached_and_used_by_keyboard_and_show_where_one_is(opened):
    page = opened()
    reached, marked = [], []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(REACHED))
        marked.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert reached[0] == "Skip to the results"
    wanted = page.locator("#filters input").evaluate_all("all => all.map(one => one.value)")
    assert [value for value in reached if value in wanted] == wanted
    assert set(marked) == {"solid"}
    box(page, "methods", "grpo").focus()
    page.keyboard.press("Space")
    assert "grpo" not in fragment_of(page).split("=")[1].split(",")
    assert page.locator("#chosen").get_attribute("aria-live") == "polite"


def test_all_none_and_one_family(opened):
    page = opened()
    page.get_by_role("button", name="None of the methods").click()
    assert fragment_of(page) == "#methods="
    assert page.locator("#chosen").inner_text() == "0 of 8 methods, 3 of 3 tasks"
    page.get_by_role("button", name="only proximal").click()
    assert fragment_of(page) == "#methods=ppo_clip,ppo_clip.fast,ppo_clip.middle,ppo_clip.slow"
    page.get_by_role("button", name="All methods").click()
    assert fragment_of(page) == ""


def test_a_link_within_the_page_opens_a_folded_table_and_keeps_the_filters(opened):
    page = opened(fragment="#methods=trpo")
    folded = page.locator("#table-best details")
    assert not folded.evaluate("one => one.open")
    page.locator("#findings a[href='#table-best']").first.click()
    assert folded.evaluate("one => one.open")
    assert fragment_of(page) == "#methods=trpo&at=table-best"
    assert page.locator("#table-best").evaluate("one => one.getBoundingClientRect().top") < 200


def test_a_method_that_is_pointed_at_stands_out_everywhere(opened):
    page = opened()
    panel = page.locator("[data-panel='learning_curves/0']")
    panel.scroll_into_view_if_needed()

    def opacities() -> list[str]:
        lines = panel.locator("path[stroke][stroke-width='2']")
        return sorted(lines.evaluate_all("all => all.map(one => one.getAttribute('opacity') || '1')"))

    every = len(page.locator("#filters input[name=methods]").all())
    assert opacities() == ["1"] * every
    box(page, "methods", "trpo").hover()
    assert opacities() == ["0.13"] * (every - 1) + ["1"]
    page.mouse.move(1270, 5)
    assert opacities() == ["1"] * every


def test_on_paper_controls_are_left_out_and_pictures_stay(opened):
    page = opened()
    page.emulate_media(media="print")
    assert not page.locator(".quick").first.is_visible()
    assert page.locator("[data-panel='learning_curves/0'] svg").is_visible()


def test_a_request_and_an_error_would_be_seen(browser, tmp_path):
    """The watch itself: what every test above relies on."""
    path = tmp_path / "page.html"
    path.write_text("<img src='other.png'><script>console.error('no'); missing();</script>", encoding="utf-8")
    page = browser.new_page()
    watch = Watch(page, path.as_uri())
    page.goto(path.as_uri())
    page.close()
    assert {one.partition(":")[0] for one in watch.found} == {"request", "error"}
