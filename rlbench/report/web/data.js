// What the page holds: methods, tasks, every run, and each chart's panels with the data that they share.

const page = JSON.parse(document.getElementById("page-data").textContent);

/** The lines of an encoded frame as objects. */
function lines(frame) {
  const columns = Object.entries(frame).map(([name, column]) => [
    name,
    Array.isArray(column) ? column : column.codes.map((code) => column.words[code]),
  ]);
  const count = columns.length ? columns[0][1].length : 0;
  return Array.from({ length: count }, (_, place) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[place]])),
  );
}

const runs = lines(page.runs).map((run) => ({ ...run, command: page.again + run.file }));
const labelOf = new Map(page.methods.map((method) => [method.key, method.label]));
const keyOf = new Map(page.methods.map((method) => [method.label, method.key]));

/** The lines of a chart's frame, those of runs with what is known of the run; decoded once. */
const decoded = new Map();
function frame(chart, name) {
  const place = `${chart}/${name}`;
  if (!decoded.has(place)) {
    const found = lines(page.charts[chart].data[name]);
    decoded.set(place, found.length && "run" in found[0] ? found.map((line) => ({ ...runs[line.run], ...line })) : found);
  }
  return decoded.get(place);
}

/** A panel's data sets: of frames that know tasks the lines of its own one. */
function datasets(chart, panel) {
  const names = Object.keys(page.charts[chart].data);
  const own = (line) => !panel.task || !("task" in line) || line.task === panel.task;
  return Object.fromEntries(names.map((name) => [name, frame(chart, name).filter(own)]));
}
