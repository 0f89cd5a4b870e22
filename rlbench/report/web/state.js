// What a reader has chosen, and its place in the address: #methods=a,b&tasks=c&compute_cost=cpu_s&run=task/method/seed&at=table-best

const every = { methods: page.methods.map((method) => method.key), tasks: page.tasks };
const state = { methods: [...every.methods], tasks: [...every.tasks], choices: {}, run: -1, at: "" };
/** A method that is pointed at now, and one that was clicked on; neither is part of the address. */
const pointing = { now: "", kept: "" };
const listeners = [];

/** The words of the fragment: a name with `=`, or else the place that it leads to. */
function words() {
  const fragment = location.hash.slice(1);
  return fragment.includes("=") ? new URLSearchParams(fragment) : new URLSearchParams(fragment && { at: decodeURIComponent(fragment) });
}

/** Charts with a choice of their own, each with its radio buttons. */
function choices() {
  const inputs = [...document.querySelectorAll("input[data-choice]")];
  const charts = [...new Set(inputs.map((input) => input.dataset.choice))];
  return charts.map((chart) => [chart, inputs.filter((input) => input.dataset.choice === chart)]);
}

function readAddress() {
  const said = words();
  if (location.hash && !location.hash.includes("=")) {
    state.at = said.get("at"); // a plain link to a place leaves all choices as they are
    return;
  }
  for (const name of ["methods", "tasks"]) {
    const asked = said.has(name) ? said.get(name).split(",") : every[name];
    state[name] = every[name].filter((one) => asked.includes(one));
  }
  for (const [chart, inputs] of choices()) {
    const asked = inputs.find((input) => input.value === said.get(chart));
    state.choices[chart] = (asked || inputs.find((input) => input.defaultChecked)).value;
  }
  state.run = runNumber(said.get("run") || "");
  state.at = said.get("at") || "";
}

function writeAddress() {
  const said = [];
  for (const name of ["methods", "tasks"]) {
    if (state[name].length < every[name].length) said.push(`${name}=${state[name].map(encodeURIComponent).join(",")}`);
  }
  for (const [chart, inputs] of choices()) {
    const usual = inputs.find((input) => input.defaultChecked).value;
    if (state.choices[chart] !== usual) said.push(`${chart}=${state.choices[chart]}`);
  }
  if (state.run >= 0) said.push(`run=${runName(runs[state.run])}`);
  if (state.at) said.push(`at=${encodeURIComponent(state.at)}`);
  history.replaceState(null, "", said.length ? `#${said.join("&")}` : location.pathname + location.search);
}

function runName(run) {
  return [run.task, keyOf.get(run.method), run.seed].map(encodeURIComponent).join("/");
}

function runNumber(name) {
  const [task, method, seed] = name.split("/").map(decodeURIComponent);
  return runs.findIndex((run) => run.task === task && keyOf.get(run.method) === method && String(run.seed) === seed);
}

/** Change what is chosen: everything that shows it follows. */
function choose(changes) {
  Object.assign(state, changes);
  writeAddress();
  listeners.forEach((listener) => listener());
}

function point(changes) {
  Object.assign(pointing, changes);
  listeners.forEach((listener) => listener());
}

function pointed() {
  const key = pointing.now || pointing.kept;
  return state.methods.includes(key) ? labelOf.get(key) : "";
}
