"use strict";
// The graph of the tape as SVG: a box for each entry, an edge for each operand, and beside it the way of the adjoint.

// What the graph shows as one box: an entry, or the entries that a folded layer has recorded one after the other.
// Neighbours in the order of recording can be joined without a cycle.
function boxesOf(forward, isFolded) {
  const boxes = [];
  forward.forEach((entry, slot) => {
    const layer = entry.scope.split("/")[0];
    const last = boxes.at(-1);
    if (layer !== "" && last?.layer === layer) last.slots.push(slot);
    else if (layer !== "" && isFolded(slot)) boxes.push({layer, slots: [slot]});
    else boxes.push({layer: null, slots: [slot]});
  });
  return boxes;
}

const mostUnfolded = 20;  // entries; a larger graph begins with its layers folded

class TapeGraph {
  constructor(box, record, onChoose) {
    this.box = box;
    this.record = record;
    this.onChoose = onChoose;
    this.unfolded = new Set();  // the first slots of what was a folded layer
    this.hasLayers = record.forward.some((entry) => entry.scope !== "");
    this.arrivals = record.forward.map((entry, slot) => record.backward.filter((step) => step.target === slot).length);
    this.fold(record.forward.length > mostUnfolded);
  }

  // Folds all layers, or none.
  fold(on) {
    this.isFolded = on && this.hasLayers;
    this.unfolded.clear();
    this.draw();
  }

  // The first slot of the run of entries of one layer that a slot is in.
  runOf(slot) {
    const layerOf = (at) => this.record.forward[at]?.scope.split("/")[0];
    let first = slot;
    while (first > 0 && layerOf(first - 1) === layerOf(slot)) --first;
    return first;
  }

  draw() {
    this.boxes = boxesOf(this.record.forward, (slot) => this.isFolded && !this.unfolded.has(this.runOf(slot)));
    this.boxOf = [];
    this.boxes.forEach(({slots}, k) => slots.forEach((slot) => { this.boxOf[slot] = k; }));
    this.edges = [];
    this.record.forward.forEach((entry, slot) => entry.operands.forEach((operand) => {
      if (operand.slot === null) return;
      const from = this.boxOf[operand.slot], to = this.boxOf[slot];
      if (from === to) return;
      const edge = this.edges.find((other) => other.from === from && other.to === to);
      if (edge) edge.pairs.push([operand.slot, slot]);
      else this.edges.push({from, to, pairs: [[operand.slot, slot]]});
    }));
    this.drawSvg();
    if (this.shown) this.show(...this.shown);
  }

  drawSvg() {
    const labels = this.boxes.map((box) => this.labels(box));
    const sizes = labels.map(([name, below]) => ({
      width: Math.max(54, 9 * [...name.normalize()].length + 72, 6.2 * below.length + 14), height: 36}));
    const layout = layeredLayout(sizes, this.edges.map((edge) => [edge.from, edge.to]), {layerGap: 23, nodeGap: 18});
    const parts = this.edges.map((edge, k) => this.edgeMarkup(layout.edges[k], k));
    labels.forEach(([name, below], k) => {
      const {x, y} = layout.nodes[k];
      const {width} = sizes[k];
      const kind = this.boxes[k].layer === null ? "node" : "node layer";
      parts.push(`<g class="place" data-slot="${this.boxes[k].slots[0]}"><rect class="${kind}" x="${x - width / 2}" ` +
        `y="${y - 18}" width="${width}" height="36" rx="7"/><text x="${x}" y="${y - 3}">${escapeText(name)}</text>` +
        `<text class="small" x="${x}" y="${y + 12}">${escapeText(below)}</text>` +
        `<text class="mark" x="${x + width / 2 - 5}" y="${y - 6}"></text></g>`);
    });
    const width = Math.ceil(layout.width), height = Math.ceil(layout.height);
    this.box.innerHTML = `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
      `aria-labelledby="graph-name graph-words"><title id="graph-name">The recorded operations as a graph</title>` +
      `<desc id="graph-words">${this.record.forward.length} entries, operands above what is computed from them. ` +
      `The list of all steps says the same.</desc>${parts.join("")}</svg>`;
    this.svg = this.box.firstChild;
    this.places = [...this.svg.querySelectorAll("g.place")];
    this.places.forEach((place, k) => place.addEventListener("click", () => this.choose(this.boxes[k])));
  }

  choose({layer, slots}) {
    if (layer === null) return this.onChoose(slots[0]);
    this.unfolded.add(this.runOf(slots[0]));
    this.draw();
  }

  labels({layer, slots}) {
    const entry = this.record.forward[slots.at(-1)];
    const shape = shapeText(this.record.arrays[entry.value].shape);
    if (layer !== null) return [layer, `${slots.length} ${slots.length === 1 ? "entry" : "entries"} ${shape}`];
    return [entry.name.text, entry.formula ? `${entry.operation} ${shape}` : shape];
  }

  edgeMarkup(points, k) {
    const line = (list) => list.slice(1).reduce((path, end, i) => {
      const begin = list[i], middle = (begin.y + end.y) / 2;
      return `${path}C${begin.x} ${middle} ${end.x} ${middle} ${end.x} ${end.y}`;
    }, `M${list[0].x} ${list[0].y}`);
    const shifted = points.map(({x, y}) => ({x: x + 9, y}));
    const end = points.at(-1), begin = shifted[0];
    const down = [...points.slice(0, -1), {x: end.x, y: end.y - 6}];
    const up = [{x: begin.x, y: begin.y + 6}, ...shifted.slice(1)];
    const arrow = ({x, y}, side) => `M${x - 4} ${y + side}L${x} ${y}L${x + 4} ${y + side}Z`;
    return `<g data-edge="${k}"><path class="edge" d="${line(down)}"/>` +
      `<path class="head" d="${arrow(end, -7)}"/><path class="flow" d="${line(up)}"/>` +
      `<path class="flow-head" d="${arrow(begin, 7)}"/></g>`;
  }

  // Shows how far the record has come: `computed` slots, and the first `arrived` contributions.
  show(computed, arrived) {
    this.shown = [computed, arrived];
    this.svg.querySelectorAll(".lit").forEach((part) => part.classList.remove("lit"));
    const isBackward = arrived > 0;
    const now = isBackward ? this.record.backward[arrived - 1] : null;
    const boxNow = this.boxOf[isBackward ? now.target : computed - 1];
    const done = this.record.backward.slice(0, arrived);
    this.svg.classList.toggle("backward-now", isBackward);
    this.places.forEach((place, k) => {
      const {slots} = this.boxes[k];
      const box = place.querySelector(".node");
      box.classList.toggle("waiting", slots[0] >= computed);
      box.classList.toggle("now", k === boxNow);
      box.classList.toggle("through", isBackward && now.through !== null && this.boxOf[now.through] === k);
      const count = done.filter((step) => this.boxOf[step.target] === k).length;
      const all = slots.reduce((sum, slot) => sum + this.arrivals[slot], 0);
      place.querySelector(".mark").textContent = count === 0 ? "" : all > 1 ? `∂${count}/${all}` : "∂";
    });
    const passes = (edge, step) => step.through !== null &&
      edge.pairs.some(([from, to]) => step.target === from && step.through === to);
    this.edges.forEach((edge, k) => {
      const group = this.svg.querySelector(`[data-edge="${k}"]`);
      const isDone = edge.pairs.some(([, to]) => to < computed);
      for (const name of [".edge", ".head"]) {
        group.querySelector(name).classList.toggle("waiting", !isDone);
        group.querySelector(name).classList.toggle("now",
          !isBackward && edge.pairs.some(([, to]) => to === computed - 1));
      }
      const flows = done.some((step) => passes(edge, step));
      for (const name of [".flow", ".flow-head"]) group.querySelector(name).style.display = flows ? "" : "none";
      group.querySelector(".flow").classList.toggle("now", isBackward && passes(edge, now));
    });
    this.bringIntoView(this.places[boxNow]);
  }

  // Lights the box of a slot, and edges, or puts them out.
  light(slot, edges, on) {
    this.places[this.boxOf[slot]]?.querySelector(".node").classList.toggle("lit", on);
    this.edges.forEach(({pairs}, k) => {
      const isMeant = pairs.some(([from, to]) => edges.some((edge) => edge[0] === from && edge[1] === to));
      if (isMeant) this.svg.querySelector(`[data-edge="${k}"]`).classList.toggle("lit", on);
    });
  }

  bringIntoView(place) {
    const box = this.box.getBoundingClientRect(), at = place.getBoundingClientRect();
    if (at.top < box.top + 10) this.box.scrollTop -= box.top + 30 - at.top;
    if (at.bottom > box.bottom - 10) this.box.scrollTop += at.bottom - box.bottom + 30;
  }
}

const escapeText = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
