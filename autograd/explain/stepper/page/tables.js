"use strict";
// Arrays of the record as tables whose cells are tinted by value, and which elements of two arrays belong together.

const shapeText = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
const indicesOf = (array) => array.kept ?? array.shape.map((extent) => [...Array(extent).keys()]);
const isNumber = (value) => typeof value === "number";
const minus = (text) => text.replace("-", "−");

// How all numbers of a table are written: four decimals, or powers of ten where those would hide something.
function numberFormat(values) {
  const sizes = values.filter(isNumber).map(Math.abs).filter((size) => size > 0);
  const largest = Math.max(0, ...sizes);
  const whole = values.every((value) => !isNumber(value) || (Number.isInteger(value) && Math.abs(value) < 1e5));
  const fixed = largest < 1e5 && largest >= 1e-2;
  return (value) => {
    if (!isNumber(value)) return minus(value);
    if (whole || value === 0) return minus(String(value === 0 ? 0 : value));
    return minus(fixed ? value.toFixed(4) : value.toExponential(3));
  };
}

const plain = (value) => (isNumber(value) ? minus(String(value)) : minus(value));
const short = (value) => numberFormat([value])(value);
const normText = (array) => (array.not_finite > 0 ? "not finite" : short(array.norm));

// The place of an element among the kept values; null if it was not kept.
function placeOf(array, index) {
  const kept = indicesOf(array);
  if (index.length !== kept.length) return null;
  let place = 0;
  for (let axis = 0; axis < kept.length; ++axis) {
    const at = kept[axis].indexOf(index[axis]);
    if (at < 0) return null;
    place = place * kept[axis].length + at;
  }
  return place;
}

const elementOf = (array, index) => {
  const place = placeOf(array, index);
  return place === null ? null : array.values[place];
};

// Which elements of an array of shape `to` meet the element at `index` of one of shape `from` when both broadcast:
// along each axis an index, or null for all of them. Null if the shapes do not broadcast.
function meeting(index, from, to) {
  const behind = from.length - to.length;
  const result = [];
  for (let axis = 0; axis < to.length; ++axis) {
    const other = axis + behind;
    if (to[axis] === 1) result.push(0);
    else if (other < 0 || from[other] === 1) result.push(null);
    else if (from[other] === to[axis]) result.push(index[other]);
    else return null;
  }
  return result;
}

const fits = (index, pattern) => pattern.every((wanted, axis) => wanted === null || wanted === index[axis]);

// The arrays of rank two that an array consists of: {prefix, rows, columns}, with their indices.
function slicesOf(array) {
  const kept = indicesOf(array);
  const rank = kept.length;
  const leading = kept.slice(0, Math.max(0, rank - 2));
  const prefixes = leading.reduce((all, axis) => all.flatMap((p) => axis.map((i) => [...p, i])), [[]]);
  const rows = rank >= 2 ? kept[rank - 2] : [null];
  const columns = rank >= 1 ? kept[rank - 1] : [null];
  return prefixes.map((prefix) => ({prefix, rows, columns}));
}

const create = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const jumps = (indices, k) => k > 0 && indices[k] !== null && indices[k] - indices[k - 1] > 1;

function cellOf(array, index, format, scale) {
  const value = elementOf(array, index);
  const cell = create("td", {"data-at": index.join(","), tabindex: "-1", title: plain(value)}, format(value));
  if (!isNumber(value)) cell.classList.add("bad");
  else if (scale > 0) {
    const strength = (0.5 * Math.min(1, Math.abs(value) / scale)).toFixed(3);
    cell.style.backgroundColor = `rgba(var(--${value < 0 ? "negative" : "positive"}), ${strength})`;
  }
  return cell;
}

function tableOf(array, slice, label, format, scale) {
  const table = create("table", {role: "grid", "aria-label": label});
  if (slice.prefix.length) table.append(create("caption", {}, `[${slice.prefix.join(", ")}, :, :]`));
  if (slice.columns[0] !== null) {
    const head = create("tr", {}, create("td", {class: "gap"}));
    slice.columns.forEach((j, k) => {
      if (jumps(slice.columns, k)) head.append(create("td", {class: "gap"}, "…"));
      head.append(create("th", {scope: "col"}, String(j)));
    });
    table.append(create("thead", {}, head));
  }
  const body = create("tbody");
  slice.rows.forEach((i, r) => {
    if (jumps(slice.rows, r)) body.append(create("tr", {}, create("td", {class: "gap"}, "⋮")));
    const row = create("tr");
    if (i !== null) row.append(create("th", {scope: "row"}, String(i)));
    else if (slice.columns[0] !== null) row.append(create("td", {class: "gap"}));
    slice.columns.forEach((j, k) => {
      if (jumps(slice.columns, k)) row.append(create("td", {class: "gap"}, "…"));
      row.append(cellOf(array, [...slice.prefix, i, j].filter((at) => at !== null), format, scale));
    });
    body.append(row);
  });
  table.append(body);
  return table;
}

function histogramOf(array) {
  const highest = Math.max(1, ...array.histogram);
  const bars = array.histogram.map((count, k) => {
    const height = (30 * count) / highest;
    return `<rect x="${k * 13}" y="${(31 - height).toFixed(1)}" width="12" height="${height.toFixed(1)}"/>`;
  });
  const box = create("div");
  box.innerHTML = `<svg class="histogram" width="130" height="31" role="img" aria-label="Histogram from ` +
    `${short(array.smallest)} to ${short(array.largest)}: ${array.histogram.join(", ")}">${bars.join("")}</svg>`;
  return box.firstChild;
}

// A figure: name, shape, the elements in tables, and what describes them where not all are there.
function arrayFigure(key, name, words, array, {scale = null, isMain = false} = {}) {
  const caption = create("figcaption");
  caption.innerHTML = `${name.mathml} ${words} <span class="shape">${shapeText(array.shape)}</span>`;
  const figure = create("figure", {"data-key": key}, caption);
  figure.classList.toggle("main", isMain);
  const format = numberFormat(array.values);
  const top = scale ?? Math.max(0, ...array.values.filter(isNumber).map(Math.abs));
  const box = create("div", {class: "scroll"});
  for (const slice of slicesOf(array)) {
    box.append(tableOf(array, slice, `${name.text} ${words}, shape ${shapeText(array.shape)}`, format, top));
  }
  box.querySelector("td[data-at]")?.setAttribute("tabindex", "0");
  figure.append(box);
  if (array.histogram) {
    figure.append(create("p", {class: "facts"}, `mean ${short(array.mean)}, deviation ${short(array.deviation)}, ` +
      `from ${short(array.smallest)} to ${short(array.largest)}, norm ${short(array.norm)}`), histogramOf(array));
  }
  if (array.not_finite > 0) {
    const elements = array.not_finite === 1 ? "element is" : "elements are";
    figure.append(create("p", {class: "facts"}, `${array.not_finite} ${elements} not finite`));
  }
  return figure;
}

// Where nothing has arrived: not a table of zeros.
function emptyFigure(key, name, words, shape) {
  const caption = create("figcaption");
  caption.innerHTML = `${name.mathml} ${words} <span class="shape">${shapeText(shape)}</span>`;
  return create("figure", {"data-key": key}, caption, create("div", {class: "nothing"}, "— nothing yet"));
}
