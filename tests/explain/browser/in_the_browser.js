"use strict";
// Appended to a page by browser_test.cpp: presses every key, reads every table, and writes what it saw into the page.

const seen = {keys: {}, adjoints: {}, problems: []};
window.addEventListener("error", (event) => seen.problems.push(event.message));
document.addEventListener("securitypolicyviolation", (event) => seen.problems.push(`refused: ${event.blockedURI}`));

const press = (key, target = document.activeElement) =>
  target.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const numbersIn = (key) => [...document.querySelectorAll(`figure[data-key="${key}"] td[data-at]`)]
  .map((cell) => Number(cell.title.replace("−", "-")));

for (const key of ["End", "ArrowLeft", "ArrowRight", "Home", "ArrowRight", "PageDown", "PageDown", "PageUp", "PageUp"]) {
  press(key);
  (seen.keys[key] ??= []).push(state.step);
}
press(" ");
seen.playing = document.getElementById("play").getAttribute("aria-pressed");
press(" ");
seen.paused = document.getElementById("play").getAttribute("aria-pressed");

const scrolls = (box) => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto";
const takesFocus = (box) => box.matches('[tabindex="0"]') || box.querySelector('[tabindex="0"], a, button') !== null;
seen.scrolling = 0;

for (let step = 1; step <= steps.length; ++step) {
  go(step);
  const scrolling = [...document.querySelectorAll("#card *")].filter(scrolls);
  seen.scrolling += scrolling.length;
  if (!scrolling.every(takesFocus)) seen.problems.push(`step ${step} scrolls what the keyboard cannot reach`);
  if (document.querySelectorAll('[aria-current="step"]').length !== 1) seen.problems.push(`step ${step} is not marked`);
  if (!document.getElementById("live").textContent.includes(`step ${step} of`)) seen.problems.push(`step ${step} is not announced`);
  if ([...document.querySelectorAll("th")].some((head) => !head.textContent)) seen.problems.push(`step ${step} has an empty header`);
  if (!step || steps[step - 1].isForward) continue;
  seen.adjoints[record.forward[steps[step - 1].event.target].adjoint.text] = numbersIn("after");
}

seen.norms = [...document.querySelectorAll("#steps .norm")].map((norm) => norm.textContent);

go(steps.length);
document.querySelector('figure[data-key="after"] td[data-at="2,1"]').click();
seen.chosen = location.hash;
press("ArrowDown");
seen.below = location.hash;
seen.element = document.getElementById("element").innerText;
press("Escape");
seen.escaped = location.hash;
seen.size = document.documentElement.scrollWidth - window.innerWidth;
seen.unnamed = document.querySelectorAll("button:not([aria-label]):not([id='play']):not([id='fold']), input:not([aria-label]), table[role=grid]:not([aria-label])").length;

// Which edges a term of a formula lights, `from -> to`: of every step, and that they go out again.
const litEdges = () => graph.edges.filter((_, k) => document.querySelector(`[data-edge="${k}"]`).classList.contains("lit"))
  .flatMap(({pairs}) => pairs.map((pair) => pair.map((slot) => record.forward[slot].name.text).join(" -> ")));
const point = (kind, part) => part.dispatchEvent(new PointerEvent(kind, {bubbles: true}));
seen.lit = steps.map((step, k) => {
  go(k + 1);
  const lit = {};
  for (const term of document.querySelectorAll("#card .term")) {
    point("pointerover", term);
    lit[figures.get(term.dataset.term).name.text] = litEdges();
    point("pointerout", term);
    if (litEdges().length > 0) seen.problems.push(`edges stay lit in step ${k + 1}`);
  }
  return lit;
});
point("pointerover", document.querySelector("#card .term"));
// An element under the pointer lights those that belong to it, and nothing is chosen by that.
go(steps.length);
const under = document.querySelector('figure[data-key="after"] td[data-at="2,1"]');
if (under) {
  const hash = location.hash;
  point("pointerover", under);
  seen.under = [...document.querySelectorAll("td.under")].map((cell) => `${cell.closest("figure").dataset.key} ${cell.dataset.at}`);
  if (location.hash !== hash) seen.problems.push("a pointer changes the address");
  point("pointerout", under);
  if (document.querySelector("td.under")) seen.problems.push("elements stay lit");
}
go(1);
if (document.querySelector("#graph .lit")) seen.problems.push("the graph stays lit in the next step");

go(1);
const boxNames = () => [...document.querySelectorAll("#graph g.place > text:first-of-type")].map((text) => text.textContent);
const foldButton = document.getElementById("fold");
seen.graphs = [];
if (!foldButton.hidden) {
  seen.graphs.push({says: foldButton.textContent, boxes: boxNames()});
  document.querySelector("#graph g.place:has(.layer)")?.dispatchEvent(new MouseEvent("click", {bubbles: true}));
  seen.graphs.push({says: foldButton.textContent, boxes: boxNames()});
  foldButton.click();
  seen.graphs.push({says: foldButton.textContent, boxes: boxNames()});
  for (let step = 1; step <= steps.length; ++step) go(step);
}
seen.origins = steps.map((step, k) => (go(k + 1), document.querySelector(".origin")?.innerText ?? ""));

const report = document.createElement("pre");
report.textContent = `SEEN${JSON.stringify(seen)}NEES`;
document.body.append(report);
