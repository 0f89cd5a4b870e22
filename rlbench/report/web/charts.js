// Draws panels when they come near the screen, and the rest while nothing else is to do, so that paper has them all.

// Where no method is chosen scales have no extent, which is nothing to warn of: errors alone are logged.
const OPTIONS = { mode: "vega-lite", renderer: "svg", actions: false, logLevel: 1 };
const panels = [...document.querySelectorAll("[data-panel]")].map((element) => {
  const [chart, place] = element.dataset.panel.split("/");
  return { element, chart, about: page.charts[chart].panels[Number(place)], view: null, drawing: null, near: false, said: {} };
});

/** The values of a panel's parameters now. */
function values(panel) {
  const all = {
    methods: state.methods.map((key) => labelOf.get(key)),
    tasks: state.tasks,
    pointed: pointed(),
    picked: state.run,
    choice: state.choices[panel.chart],
  };
  return Object.fromEntries(panel.about.spec.params.map(({ name }) => [name, all[name]]));
}

function isShown(panel) {
  return !panel.about.task || state.tasks.includes(panel.about.task);
}

async function draw(panel) {
  const now = values(panel);
  const spec = {
    ...panel.about.spec,
    params: panel.about.spec.params.map((one) => ({ ...one, value: now[one.name] })),
    datasets: datasets(panel.chart, panel.about),
  };
  const { view } = await vegaEmbed(panel.element, spec, OPTIONS);
  panel.view = view;
  panel.said = JSON.stringify(now);
  view.addEventListener("click", (_, item) => item && item.datum && clicked(item.datum));
  const svg = panel.element.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", panel.about.description);
  refresh(panel);
}

/** A click on a run shows where it comes from; one on a method keeps it in sight, a second one lets go of it. */
function clicked(datum) {
  if ("run" in datum) choose({ run: datum.run === state.run ? -1 : datum.run });
  else if (keyOf.has(datum.method)) point({ kept: pointing.kept === keyOf.get(datum.method) ? "" : keyOf.get(datum.method) });
}

/** Let a panel show what is chosen now, if it does not yet. */
function refresh(panel) {
  if (!isShown(panel)) return;
  if (!panel.view) {
    panel.drawing = panel.drawing || draw(panel);
    return;
  }
  const now = values(panel);
  if (JSON.stringify(now) === panel.said) return;
  panel.said = JSON.stringify(now);
  Object.entries(now).forEach(([name, value]) => panel.view.signal(name, value));
  panel.view.run();
}

const screen_ = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      const panel = panels.find((one) => one.element === entry.target);
      panel.near = entry.isIntersecting;
      if (panel.near) refresh(panel);
    }
  },
  { rootMargin: "300px" },
);

function showPanels() {
  let uncovered = false;
  for (const panel of panels) {
    const frame = panel.element.closest(".panel");
    uncovered = uncovered || (frame.hidden && isShown(panel));
    frame.hidden = !isShown(panel);
    if (panel.near) refresh(panel);
  }
  // What was hidden could not follow the width of the window.
  if (uncovered) window.dispatchEvent(new Event("resize"));
  drawTheRest();
}

let waiting = false;
function drawTheRest() {
  if (waiting) return;
  const next = panels.find((panel) => isShown(panel) && !panel.view);
  document.documentElement.dataset.drawn = next ? "partly" : "all";
  if (!next) return;
  waiting = true;
  const later = window.requestIdleCallback || ((call) => setTimeout(call, 50));
  later(async () => {
    refresh(next);
    await next.drawing;
    waiting = false;
    drawTheRest();
  });
}

listeners.push(showPanels);
window.addEventListener("beforeprint", () => {
  document.querySelectorAll(".reading").forEach((details) => details.setAttribute("open", ""));
  panels.forEach(refresh);
});
