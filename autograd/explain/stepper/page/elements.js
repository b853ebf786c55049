"use strict";
// The chosen element of an array: which elements of the other arrays of the card belong to it, and their numbers.

const mainKey = () => (figures.has("result") ? "result" : "after");

const indexOf = (cell) => (cell.dataset.at === "" ? [] : cell.dataset.at.split(",").map(Number));

function choose(key, index) {
  state.cell = index;
  state.of = key === mainKey() ? null : key;
  writeAddress();
  showElement();
}

function showElement() {
  const card = element("card");
  card.querySelectorAll("td.same, td.chosen").forEach((cell) => cell.classList.remove("same", "chosen"));
  card.querySelectorAll("td[aria-selected]").forEach((cell) => cell.removeAttribute("aria-selected"));
  const list = element("element");
  list.replaceChildren();
  const key = state.of ?? mainKey();
  const figure = figures.get(key);
  if (!state.cell || !figure || elementOf(figure.array, state.cell) === null) {
    list.append(create("li", {}, "Choose an element of a table to follow it."));
    return;
  }
  for (const [other, {array, linked, name, words}] of figures) {
    const isSelf = other === key;
    if (!isSelf && !(linked && figure.linked)) continue;
    const pattern = isSelf ? state.cell : meeting(state.cell, figure.array.shape, array.shape);
    if (pattern === null) continue;
    for (const cell of card.querySelectorAll(`figure[data-key="${other}"] td[data-at]`)) {
      if (!fits(indexOf(cell), pattern)) continue;
      cell.classList.add(isSelf ? "chosen" : "same");
      if (isSelf) cell.setAttribute("aria-selected", "true");
    }
    const label = other === "contribution" ? "contribution" : `${name.text}${words ? ` ${words}` : ""}`;
    const at = pattern.length ? `[${pattern.map((i) => i ?? ":").join(", ")}]` : "";
    const value = pattern.includes(null) ? "all of these" : plain(elementOf(array, pattern) ?? "not kept");
    list.append(create("li", {}, create("span", {}, `${label}${at}`), create("b", {}, value)));
  }
}

// An element under the pointer lights what belongs to it, and nothing moves; a click keeps it.
function lightElement(cell, isUnder) {
  element("card").querySelectorAll("td.under").forEach((lit) => lit.classList.remove("under"));
  if (!cell || !isUnder) return;
  const figure = figures.get(cell.closest("figure").dataset.key);
  for (const [other, {array, linked}] of figures) {
    const pattern = linked && figure.linked ? meeting(indexOf(cell), figure.array.shape, array.shape) : null;
    if (pattern === null) continue;
    for (const lit of element("card").querySelectorAll(`figure[data-key="${other}"] td[data-at]`)) {
      if (fits(indexOf(lit), pattern)) lit.classList.add("under");
    }
  }
}

function moveInTable(event) {
  const cell = event.target.closest?.("td[data-at]");
  if (!cell) return false;
  const row = cell.parentElement;
  const cellsOf = (tr) => (tr ? [...tr.querySelectorAll("td[data-at]")] : []);
  const column = cellsOf(row).indexOf(cell);
  const rowsOf = [...cell.closest("figure").querySelectorAll("tbody tr")].filter((tr) => cellsOf(tr).length);
  const at = rowsOf.indexOf(row);
  const targets = {ArrowLeft: cellsOf(row)[column - 1], ArrowRight: cellsOf(row)[column + 1],
    ArrowUp: cellsOf(rowsOf[at - 1])[column], ArrowDown: cellsOf(rowsOf[at + 1])[column],
    Home: cellsOf(row)[0], End: cellsOf(row).at(-1)};
  if (event.key === "Escape") {
    state.cell = state.of = null;
    writeAddress();
    showElement();
    element("card").focus();
    return true;
  }
  if (event.key === "Enter" || event.key === " ") return activate(cell), true;
  if (!(event.key in targets)) return false;
  if (targets[event.key]) activate(targets[event.key]);
  return true;
}

function activate(cell) {
  cell.closest("figure").querySelectorAll('td[tabindex="0"]').forEach((other) => other.setAttribute("tabindex", "-1"));
  cell.setAttribute("tabindex", "0");
  cell.focus();
  choose(cell.closest("figure").dataset.key, indexOf(cell));
}
