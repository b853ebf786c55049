"use strict";
// The graph of the tape as SVG: a box for each entry, an edge for each operand, and beside it the way of the adjoint.

class TapeGraph {
  constructor(box, record, onChoose) {
    this.box = box;
    this.record = record;
    this.edges = [];
    record.forward.forEach((entry, slot) => entry.operands.forEach((operand) => {
      const known = this.edges.some((edge) => edge.from === operand.slot && edge.to === slot);
      if (operand.slot !== null && !known) this.edges.push({from: operand.slot, to: slot});
    }));
    this.arrivals = record.forward.map((entry, slot) => record.backward.filter((step) => step.target === slot).length);
    this.draw(onChoose);
  }

  draw(onChoose) {
    const labels = this.record.forward.map((entry) => [entry.name.text, this.subtitle(entry)]);
    const sizes = labels.map(([name, below]) => ({
      width: Math.max(54, 9 * [...name.normalize()].length + 72, 6.2 * below.length + 14), height: 36}));
    const layout = layeredLayout(sizes, this.edges.map((edge) => [edge.from, edge.to]), {layerGap: 23, nodeGap: 18});
    const parts = this.edges.map((edge, k) => this.edgeMarkup(layout.edges[k], k));
    labels.forEach(([name, below], slot) => {
      const {x, y} = layout.nodes[slot];
      const {width} = sizes[slot];
      parts.push(`<g class="place" data-slot="${slot}"><rect class="node" x="${x - width / 2}" y="${y - 18}" ` +
        `width="${width}" height="36" rx="7"/><text x="${x}" y="${y - 3}">${escapeText(name)}</text>` +
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
    this.places.forEach((place, slot) => place.addEventListener("click", () => onChoose(slot)));
  }

  subtitle(entry) {
    const shape = shapeText(this.record.arrays[entry.value].shape);
    return entry.formula ? `${entry.operation} ${shape}` : shape;
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
    const isBackward = arrived > 0;
    const now = isBackward ? this.record.backward[arrived - 1] : null;
    const slotNow = isBackward ? now.target : computed - 1;
    const done = this.record.backward.slice(0, arrived);
    this.svg.classList.toggle("backward-now", isBackward);
    this.places.forEach((place, slot) => {
      const box = place.querySelector(".node");
      box.classList.toggle("waiting", slot >= computed);
      box.classList.toggle("now", slot === slotNow);
      box.classList.toggle("through", isBackward && slot === now.through);
      const count = done.filter((step) => step.target === slot).length;
      const all = this.arrivals[slot];
      place.querySelector(".mark").textContent = count === 0 ? "" : all > 1 ? `∂${count}/${all}` : "∂";
    });
    this.edges.forEach((edge, k) => {
      const group = this.svg.querySelector(`[data-edge="${k}"]`);
      for (const name of [".edge", ".head"]) {
        group.querySelector(name).classList.toggle("waiting", edge.to >= computed);
        group.querySelector(name).classList.toggle("now", !isBackward && edge.to === slotNow);
      }
      const flows = done.some((step) => step.through === edge.to && step.target === edge.from);
      for (const name of [".flow", ".flow-head"]) group.querySelector(name).style.display = flows ? "" : "none";
      group.querySelector(".flow").classList.toggle("now",
        isBackward && now.through === edge.to && now.target === edge.from);
    });
    this.bringIntoView(this.places[slotNow]);
  }

  light(slot, on) {
    this.places[slot]?.querySelector(".node").classList.toggle("lit", on);
  }

  bringIntoView(place) {
    const box = this.box.getBoundingClientRect(), at = place.getBoundingClientRect();
    if (at.top < box.top + 10) this.box.scrollTop -= box.top + 30 - at.top;
    if (at.bottom > box.bottom - 10) this.box.scrollTop += at.bottom - box.bottom + 30;
  }
}

const escapeText = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
