"use strict";
// Steps through a record: what the address says is what is shown. It knows the record's JSON and nothing else.

const record = JSON.parse(document.getElementById("record").textContent);
const steps = [
  ...record.forward.map((entry, slot) => ({isForward: true, entry, slot})),
  ...record.backward.map((event, k) => ({isForward: false, event, k})),
];
const element = (id) => document.getElementById(id);
const arrayAt = (place) => (place === null ? null : record.arrays[place]);
const ordinal = (n) => ["first", "second", "third", "fourth", "fifth"][n - 1] ?? `${n}th`;

const state = {step: 1, cell: null, of: null};
let playing = null;
let figures = new Map();  // of the card: key -> {array, slot, linked, edges, name, words}

// ---- The address ----

function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const step = Number.parseInt(address.get("step") ?? "1", 10);
  state.step = Math.min(steps.length, Math.max(1, Number.isFinite(step) ? step : 1));
  state.cell = address.get("cell")?.split(",").filter((part) => part !== "").map(Number) ?? null;
  state.of = address.get("of");
  show();
}

function writeAddress() {
  let address = `#step=${state.step}`;
  if (state.cell) address += `&cell=${state.cell.join(",")}`;
  if (state.cell && state.of) address += `&of=${state.of}`;
  if (location.hash !== address) history.replaceState(null, "", address);
}

function go(step, {keepCell = false} = {}) {
  state.step = Math.min(steps.length, Math.max(1, step));
  if (!keepCell) state.cell = state.of = null;
  writeAddress();
  show();
}

// ---- What a step says ----

const shortName = (step) => {
  if (step.isForward) return step.entry.formula ? `${step.entry.name.text} = ${step.entry.formula.text}`
    : `${step.entry.name.text}, ${step.entry.operation}`;
  const target = record.forward[step.event.target].adjoint.text;
  return `${target} ${step.event.before === null ? "=" : "+="} ${step.event.rule.text}`;
};

const contributionsTo = (slot) => record.backward.map((event, k) => ({event, k}))
  .filter(({event}) => event.target === slot);
const rank = (step) => contributionsTo(step.event.target).findIndex(({k}) => k === step.k) + 1;

function eyebrow(step) {
  const place = `step ${state.step} of ${steps.length}`;
  if (step.isForward) return `Forward, ${place}`;
  const all = contributionsTo(step.event.target).length;
  return `Backward, ${place}` + (all > 1 ? `, contribution ${rank(step)} of ${all}` : "");
}

const binary = (left, sign, right) => `<span>${left.mathml}</span> <span>${sign}</span> ${right.mathml}`;

function headline(step) {
  const {entry} = step;
  if (step.isForward) return entry.formula ? binary(entry.name, "=", entry.formula) : entry.name.mathml;
  return binary(record.forward[step.event.target].adjoint, step.event.before === null ? "=" : "+=", step.event.rule);
}

function forwardWords({entry}) {
  if (!entry.formula) {
    return `${entry.name.mathml} is a leaf: <b>${escapeText(entry.operation)}</b>. The tape starts from it.`;
  }
  return `<b>${escapeText(entry.operation)}</b> is recorded with its operands and its result.`;
}

function backwardWords(step) {
  const {event} = step;
  const target = record.forward[event.target];
  if (event.through === null) {
    return `Everything starts here: the adjoint ${target.adjoint.mathml} is what one asks for, the derivative of ` +
      `${target.name.mathml} with respect to itself.`;
  }
  const through = record.forward[event.through];
  const all = contributionsTo(event.target).length;
  const how = event.before === null
    ? `Nothing had reached ${target.adjoint.mathml} yet, so this becomes it.`
    : `It is the ${ordinal(rank(step))} of ${all} contributions, so it is <b>added</b> to what is there.`;
  const why = event.vanishing === "no" ? ""
    : `<span class="why">This contribution ${event.vanishing === "exactly" ? "is zero" : "is nothing but rounding"}: ` +
      `${escapeText(event.why)}.</span>`;
  return `The rule of <b>${escapeText(through.operation)}</b> hands ${through.adjoint.mathml} on to ` +
    `${target.name.mathml}. ${how}${why}`;
}

// Operations whose operands' elements do not meet by broadcasting alone.
const moves = /matmul|⊤|ᵀ|transpose|permute|reshape|gather|scatter|slice|pad|concat|stack|pick|conv|pool|fold|flip|sort/;
function meetsByBroadcasting(text, arrays) {
  if (moves.test(text)) return false;
  const ranks = new Set(arrays.map((array) => array.shape.length));
  const axes = [...text.matchAll(/\{([\d, ]*)/g)].map((found) => (found[1].match(/\d+/g) ?? []).map(Number));
  return ranks.size <= 1 || axes.every((list) => list.every((axis, k) => axis === k));
}

// Where the program names what a step is about, and the layer that it is in.
function origin(step) {
  const slot = step.isForward ? step.slot : step.event.through ?? step.event.target;
  const {line, scope} = record.forward[slot];
  const box = create("p", {class: "origin"});
  if (line) box.append(create("span", {}, `${line.file}:${line.number}`), create("code", {}, line.text));
  if (scope) box.append(create("span", {}, `in ${scope}`));
  return box;
}

// ---- The card ----

const unique = (operands) => operands.filter(
  (operand, k) => operands.findIndex((other) => other.name.text === operand.name.text) === k);
const isArray = (operand) => operand.slot !== null || Number.isNaN(Number(operand.name.text.replace("−", "-")));

// `edges` are those of the graph that it comes along, each an operand's slot and the slot that reads it.
function add(box, key, name, words, place, options = {}) {
  const {slot = null, linked = true, edges = [], scale = null, isMain = false} = options;
  const array = arrayAt(place);
  figures.set(key, {array, slot, linked, edges, name, words});
  box.append(arrayFigure(key, name, words, array, {scale, isMain}));
}

function addOperand(box, k, operand, linked, reader) {
  const {name, slot, value} = operand;
  add(box, `operand${k}`, name, "", value, {slot, linked, edges: [[slot, reader]]});
}

function forwardCard(card, {entry, slot}) {
  const operands = unique(entry.operands).filter(isArray);
  if (operands.length) {
    card.append(create("h3", {}, "It reads"));
    const box = create("div", {class: "arrays"});
    const linked = meetsByBroadcasting(`${entry.operation} ${entry.formula.text}`,
      [...operands.map((operand) => arrayAt(operand.value)), arrayAt(entry.value)]);
    operands.forEach((operand, k) => addOperand(box, k, operand, linked, slot));
    card.append(box);
    card.append(create("h3", {}, "It gives"));
  } else {
    card.append(create("h3", {}, "Its value"));
  }
  const box = create("div", {class: "arrays"});
  const edges = entry.operands.map((operand) => [operand.slot, slot]);
  add(box, "result", entry.name, "", entry.value, {slot, edges, isMain: true});
  card.append(box, create("ul", {id: "element", "aria-label": "The chosen element"}));
}

function backwardCard(card, step) {
  const {event} = step;
  const target = record.forward[event.target];
  const parts = [event.before, event.contribution, event.after].map(arrayAt).filter((array) => array !== null);
  const scale = Math.max(...parts.flatMap((array) => array.values.filter(isNumber).map(Math.abs)), 0);
  card.append(create("h3", {}, "What happens to the adjoint"));
  const sum = create("div", {class: "arrays sum"});
  const edges = record.backward.slice(0, step.k + 1).filter((other) => other.target === event.target)
    .map((other) => [event.target, other.through]);
  if (event.before === null) sum.append(emptyFigure("before", target.adjoint, "before", arrayAt(event.after).shape));
  else add(sum, "before", target.adjoint, "before", event.before, {slot: event.target, scale, edges: edges.slice(0, -1)});
  sum.append(create("span", {class: "sign", "aria-label": event.before === null ? "becomes" : "plus"},
    event.before === null ? "=" : "+="));
  const name = {mathml: "", text: `contribution to ${target.adjoint.text}`};
  add(sum, "contribution", name, "the contribution", event.contribution, {edges: edges.slice(-1), scale});
  sum.append(create("span", {class: "sign", "aria-label": "gives"}, "→"));
  add(sum, "after", target.adjoint, "after", event.after, {slot: event.target, edges, scale, isMain: true});
  sum.classList.toggle("wide", (parts[0].shape.at(-1) ?? 1) > 4);
  card.append(sum, create("ul", {id: "element", "aria-label": "The chosen element"}));
  if (event.through !== null) readsOfRule(card, event);
  ledger(card, step);
}

// The incoming adjoint, and what else occurs in the rule.
function readsOfRule(card, event) {
  const through = record.forward[event.through];
  card.append(create("h3", {}, "What the rule reads"));
  const line = create("p", {class: "formula"});
  line.innerHTML = `Forward it was ${binary(through.name, "=", through.formula)}`;
  const box = create("div", {class: "arrays"});
  const linked = meetsByBroadcasting(`${through.operation} ${through.formula.text} ${event.rule.text}`,
    [event.incoming, event.after, ...event.reads.map((operand) => operand.value)].map(arrayAt));
  const edges = [[event.target, event.through]];
  add(box, "incoming", through.adjoint, "incoming", event.incoming, {slot: event.through, linked, edges});
  event.reads.forEach((operand, k) => addOperand(box, k, operand, linked, event.through));
  card.append(line, box);
}

// All that is added to the same adjoint.
function ledger(card, step) {
  const all = contributionsTo(step.event.target);
  if (all.length < 2) return;
  const target = record.forward[step.event.target];
  const title = create("h3");
  title.innerHTML = `All contributions to ${target.adjoint.mathml}`;
  const table = create("table", {class: "ledger"});
  table.innerHTML = `<thead><tr><th scope="col">step</th><th scope="col">from</th><th scope="col">contribution</th>` +
    `<th scope="col">norm</th></tr></thead>`;
  const body = create("tbody");
  for (const {event, k} of all) {
    const row = create("tr", k === step.k ? {"aria-current": "true"} : {});
    const number = record.forward.length + k + 1;
    const from = event.through === null ? "" : record.forward[event.through].name.mathml;
    row.innerHTML = `<td><a href="#step=${number}">${number}</a></td><td>${from}</td>` +
      `<td class="rule">${event.rule.mathml}</td>` +
      `<td>${normText(arrayAt(event.contribution))}${event.vanishing === "no" ? "" : " (vanishes)"}</td>`;
    body.append(row);
  }
  table.append(body);
  const attributes = {class: "scroll", tabindex: "0", role: "region", "aria-label": "All contributions"};
  card.append(title, create("div", attributes, table));
}

// ---- Terms of formulas, the arrays that they stand for, and their place in the graph ----

function nameElement(name) {
  const box = create("div");
  box.innerHTML = name.mathml;
  return box.querySelector("math")?.firstElementChild ?? null;
}

function occurrences(root, name) {
  const wanted = nameElement(name);
  return wanted === null ? [] : [...root.querySelectorAll("math *")].filter((part) => part.isEqualNode(wanted));
}

function markTerms(card) {
  const found = [];
  for (const [key, {name}] of figures) {
    if (!name.mathml) continue;
    for (const formula of card.querySelectorAll("#headline, .formula")) {
      found.push(...occurrences(formula, name).map((part) => [part, key]));
    }
  }
  for (const [part, key] of found) {  // only once all are found: a class makes nodes unequal
    part.classList.add("term");
    part.dataset.term = key;
  }
}

function light(key, on) {
  const figure = figures.get(key);
  if (!figure) return;
  element("card").querySelectorAll(`figure[data-key="${key}"], .term[data-term="${key}"]`)
    .forEach((part) => part.classList.toggle("lit", on));
  graph.light(figure.slot, figure.edges, on);
}

function lightUnderPointer(event, on) {
  const part = event.target.closest?.("[data-term], figure[data-key]");
  if (part) light(part.dataset.term ?? part.dataset.key, on);
}

// ---- Showing ----

// Formulas that are wider than their place are scrolled with the keyboard, too.
function letFormulasScroll() {
  for (const formula of document.querySelectorAll("#headline, .formula")) {
    if (formula.scrollWidth > formula.clientWidth) formula.setAttribute("tabindex", "0");
    else formula.removeAttribute("tabindex");
  }
}

function show() {
  const step = steps[state.step - 1];
  const card = element("card");
  figures = new Map();
  card.className = step.isForward ? "forward" : "backward";
  card.replaceChildren();
  card.append(create("p", {class: "eyebrow"}, eyebrow(step)));
  const title = create("h2", {id: "headline", "aria-label": shortName(step)});
  title.innerHTML = headline(step);
  const words = create("p", {class: "words"});
  words.innerHTML = step.isForward ? forwardWords(step) : backwardWords(step);
  card.append(title, words, origin(step));
  if (step.isForward) forwardCard(card, step);
  else backwardCard(card, step);
  markTerms(card);
  letFormulasScroll();
  showElement();

  const isForward = step.isForward;
  graph.show(isForward ? step.slot + 1 : record.forward.length, isForward ? 0 : step.k + 1);
  element("slider").value = state.step;
  element("slider").setAttribute("aria-valuetext", `${eyebrow(step)}: ${shortName(step)}`);
  element("where").textContent = `step ${state.step} of ${steps.length}`;
  for (const [id, end] of [["first", 1], ["back", 1], ["next", steps.length], ["last", steps.length]]) {
    element(id).disabled = state.step === end;
  }
  const links = element("steps").querySelectorAll("a");
  links.forEach((link, k) => {
    if (k === state.step - 1) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
  const list = element("steps"), link = links[state.step - 1];
  if (link.offsetTop < list.scrollTop || link.offsetTop + link.offsetHeight > list.scrollTop + list.clientHeight) {
    list.scrollTop = link.offsetTop - list.clientHeight / 2;
  }
  element("live").textContent = `${eyebrow(step)}. ${shortName(step)}`;
}

function fillList() {
  steps.forEach((step, k) => {
    const norm = step.isForward ? "" : `norm ${normText(arrayAt(step.event.contribution))}`;
    const link = create("a", {href: `#step=${k + 1}`}, create("span", {class: "number"}, String(k + 1)),
      create("span", {class: "what"}, shortName(step)), create("span", {class: "norm"}, norm));
    element("steps").append(create("li", {class: step.isForward ? "forward" : "backward"}, link));
  });
}

function play(on) {
  clearInterval(playing);
  if (on && state.step === steps.length) go(1);
  const advance = () => (state.step < steps.length ? go(state.step + 1, {keepCell: true}) : play(false));
  playing = on ? setInterval(advance, 1300) : null;
  element("play").setAttribute("aria-pressed", String(on));
  element("play").textContent = on ? "Pause" : "Play";
}

const firstBackward = record.forward.length + 1;
const keys = {
  ArrowLeft: () => go(state.step - 1),
  ArrowRight: () => go(state.step + 1),
  Home: () => go(1),
  End: () => go(steps.length),
  PageDown: () => go(state.step < firstBackward ? firstBackward : steps.length),
  PageUp: () => go(state.step > firstBackward ? firstBackward : 1),
  " ": () => play(playing === null),
};

window.addEventListener("resize", letFormulasScroll);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (moveInTable(event)) return event.preventDefault();
  if (event.target.matches("#headline, .formula") && event.key.startsWith("Arrow")) return;
  const isOnControl = event.target.matches("button, a, summary") && event.key === " ";
  if (isOnControl || event.target === element("slider") || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
});
element("first").addEventListener("click", () => go(1));
element("back").addEventListener("click", () => go(state.step - 1));
element("next").addEventListener("click", () => go(state.step + 1));
element("last").addEventListener("click", () => go(steps.length));
element("play").addEventListener("click", () => play(playing === null));
element("slider").addEventListener("input", (event) => go(Number(event.target.value)));
element("slider").addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  event.preventDefault();
  play(playing === null);
});
element("card").addEventListener("click", (event) => {
  const cell = event.target.closest("td[data-at]");
  if (cell) activate(cell);
});
for (const [kind, isUnder] of [["pointerover", true], ["pointerout", false]]) {
  element("card").addEventListener(kind, (event) => {
    lightUnderPointer(event, isUnder);
    lightElement(event.target.closest("td[data-at]"), isUnder);
  });
}
element("skip").addEventListener("click", (event) => {
  event.preventDefault();
  element("card").focus();
});
window.addEventListener("hashchange", readAddress);

const lossValue = arrayAt(record.forward.at(-1).value);
element("summary").textContent = `${record.forward.length} entries forward, ${record.backward.length} contributions ` +
  `backward; ${record.forward.at(-1).name.text} ` + (lossValue.values.length === 1 ? `= ${plain(lossValue.values[0])}`
    : shapeText(lossValue.shape));
element("slider").max = steps.length;
element("forward-part").style.flex = record.forward.length;
element("backward-part").style.flex = record.backward.length;
if (window.matchMedia("(max-width: 62rem)").matches) {
  element("graph-box").open = false;
  element("list-box").open = false;
}
fillList();
const graph = new TapeGraph(element("graph"), record, (slot) => go(slot + 1));
function fold(on) {
  graph.fold(on);
  element("fold").textContent = on ? "Unfold the layers" : "Fold the layers";
}
element("fold").hidden = !graph.hasLayers;
element("fold").addEventListener("click", () => fold(!graph.isFolded));
fold(graph.isFolded);
readAddress();
