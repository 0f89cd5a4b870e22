// Filters, the one run that is looked at, and links within the page that leave what is chosen as it is.

const filters = document.getElementById("filters");
const boxes = [...filters.querySelectorAll("input[type=checkbox]")];

function checked(name) {
  return boxes.filter((box) => box.name === name && box.checked).map((box) => box.value);
}

function showFilters() {
  for (const box of boxes) {
    box.checked = state[box.name].includes(box.value);
    box.closest("label").classList.toggle("kept", box.name === "methods" && box.value === pointing.kept);
  }
  document.getElementById("chosen").textContent =
    `${state.methods.length} of ${every.methods.length} methods, ${state.tasks.length} of ${every.tasks.length} tasks`;
  for (const input of document.querySelectorAll("input[data-choice]")) {
    input.checked = state.choices[input.dataset.choice] === input.value;
  }
}

filters.addEventListener("change", (event) => {
  if (boxes.includes(event.target)) choose({ methods: checked("methods"), tasks: checked("tasks") });
});
filters.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const name = button.dataset.of;
  const family = (key) => page.methods.find((method) => method.key === key).family;
  const wanted = { all: () => true, none: () => false, family: (key) => family(key) === button.dataset.family };
  choose({ [name]: every[name].filter(wanted[button.dataset.choose]) });
});
const methodOf = (event) => {
  const box = event.target.closest("label")?.querySelector("input[name=methods]");
  return box ? box.value : "";
};
filters.addEventListener("pointerover", (event) => event.pointerType === "mouse" && point({ now: methodOf(event) }));
filters.addEventListener("pointerleave", () => point({ now: "" }));
filters.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && point({ now: methodOf(event) }));
filters.addEventListener("focusout", () => point({ now: "" }));
document.addEventListener("change", (event) => {
  const chart = event.target.dataset.choice;
  if (chart) choose({ choices: { ...state.choices, [chart]: event.target.value } });
});

// One run: three lists, each with what is left by the one before.
const pick = document.getElementById("pick");

function fill(select, options, chosen) {
  select.replaceChildren(...options.map((option) => new Option(option, option, false, String(option) === String(chosen))));
}

function showRun() {
  if (!pick) return;
  const run = runs[state.run];
  const shown = run || { task: pick.task.value || page.tasks[0], method: pick.method.value, seed: "" };
  const ofTask = runs.filter((one) => one.task === shown.task);
  const names = [...new Set(ofTask.map((one) => one.method))];
  const method = names.includes(shown.method) ? shown.method : names[0];
  const seeds = ofTask.filter((one) => one.method === method).map((one) => one.seed);
  fill(pick.task, [...new Set(runs.map((one) => one.task))], shown.task);
  fill(pick.method, names, method);
  fill(pick.seed, ["", ...seeds], shown.seed);
  const facts = document.getElementById("run-facts");
  facts.hidden = !run;
  if (!run) return;
  for (const name of ["outcome", "fingerprint", "commit", "command"]) facts.querySelector(`[data-fact=${name}]`).textContent = run[name];
  if (run.reason) facts.querySelector("[data-fact=outcome]").textContent += `: ${run.reason}`;
  const file = facts.querySelector("[data-fact=file]");
  file.textContent = run.file;
  file.href = run.file;
}

pick?.addEventListener("change", (event) => {
  const { task, method, seed } = pick;
  const found = runs.findIndex((run) => run.task === task.value && run.method === method.value && String(run.seed) === seed.value);
  if (event.target !== seed) seed.value = "";
  choose({ run: event.target === seed || found >= 0 ? found : -1 });
});

/** Go to a place on this page, opening what it lies in. */
function go(identifier) {
  const target = document.getElementById(identifier);
  if (!target) return;
  for (let around = target; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
  target.querySelector(":scope > details")?.setAttribute("open", "");
  target.scrollIntoView();
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  choose({ at: link.getAttribute("href").slice(1) });
  go(state.at);
});

function follow() {
  readAddress();
  choose({});
  if (state.at) go(state.at);
}

listeners.push(showFilters, showRun);
window.addEventListener("hashchange", follow);
// On a narrow screen the filters begin closed, so that the first chart is in sight.
if (window.matchMedia("(max-width: 60rem)").matches) filters.removeAttribute("open");
panels.forEach((panel) => screen_.observe(panel.element));
follow();
