"use strict";
// Places the nodes of a graph without cycles in layers, operands above what is computed from them, after Sugiyama,
// Tagawa and Toda (1981): layers, an order within each that avoids crossings, then places along each layer.

// Nodes are {width, height}; edges are [from, to] with from < to. Returns {width, height, nodes: [{x, y}], edges:
// [[{x, y}, ...]]}: the centre of every node, and the points of every edge.
function layeredLayout(nodes, edges, {layerGap = 34, nodeGap = 16} = {}) {
  const layer = layersOf(nodes.length, edges);
  const items = nodes.map((node, i) => ({width: node.width, layer: layer[i], up: [], down: [], x: 0}));
  const chains = edges.map(([from, to]) => chainOf(items, from, to));
  const layers = Array.from({length: Math.max(0, ...layer) + 1}, () => []);
  items.forEach((item) => layers[item.layer].push(item));
  orderLayers(layers);
  placeAlongLayers(layers, nodeGap);

  const heights = layers.map((row) => Math.max(20, ...row.map((item) => nodes[items.indexOf(item)]?.height ?? 0)));
  const tops = [];
  heights.reduce((top, height) => (tops.push(top), top + height + layerGap), 4);
  const left = Math.min(...items.map((item) => item.x - item.width / 2)) - 10;
  const right = Math.max(...items.map((item) => item.x + item.width / 2)) + 10;
  const middle = (item) => tops[item.layer] + heights[item.layer] / 2;
  const point = (item) => ({x: item.x - left, y: middle(item)});
  return {
    width: right - left,
    height: tops.at(-1) + heights.at(-1) + 4,
    nodes: nodes.map((node, i) => point(items[i])),
    edges: chains.map((chain, k) => {
      const points = chain.map(point);
      points[0].y += nodes[edges[k][0]].height / 2;
      points.at(-1).y -= nodes[edges[k][1]].height / 2;
      return points;
    }),
  };
}

// The longest way from a leaf; what has no operands stands just above what reads it first.
function layersOf(count, edges) {
  const layer = Array(count).fill(0);
  for (const [from, to] of [...edges].sort((a, b) => a[1] - b[1])) layer[to] = Math.max(layer[to], layer[from] + 1);
  for (let node = 0; node < count; ++node) {
    if (edges.some(([, to]) => to === node)) continue;
    const readers = edges.filter(([from]) => from === node).map(([, to]) => layer[to]);
    if (readers.length > 0) layer[node] = Math.min(...readers) - 1;
  }
  return layer;
}

// An edge as a chain of items, one in each layer that it passes.
function chainOf(items, from, to) {
  const chain = [items[from]];
  for (let at = items[from].layer + 1; at < items[to].layer; ++at) {
    const bend = {width: 10, layer: at, up: [], down: [], x: 0};
    items.push(bend);
    chain.push(bend);
  }
  chain.push(items[to]);
  for (let k = 1; k < chain.length; ++k) {
    chain[k].up.push(chain[k - 1]);
    chain[k - 1].down.push(chain[k]);
  }
  return chain;
}

// Sorts every layer by the mean place of the neighbours, up and down in turn, and keeps the order that crosses least.
function orderLayers(layers) {
  const number = () => layers.forEach((row) => row.forEach((item, k) => { item.place = k; }));
  number();
  let best = layers.map((row) => [...row]);
  let least = crossings(layers);
  for (let sweep = 0; sweep < 24 && least > 0; ++sweep) {
    const side = sweep % 2 === 0 ? "up" : "down";
    for (const row of side === "up" ? layers : [...layers].reverse()) {
      const key = new Map(row.map((item) => [item, item[side].length ? mean(item[side], "place") : item.place]));
      row.sort((a, b) => key.get(a) - key.get(b));
      row.forEach((item, k) => { item.place = k; });
    }
    const count = crossings(layers);
    if (count < least) [least, best] = [count, layers.map((row) => [...row])];
  }
  best.forEach((row, k) => layers[k].splice(0, row.length, ...row));
  number();
}

function crossings(layers) {
  let count = 0;
  for (const row of layers) {
    const ends = row.flatMap((item) => item.down.map((other) => [item.place, other.place]));
    for (let a = 0; a < ends.length; ++a) {
      for (let b = 0; b < a; ++b) count += (ends[a][0] - ends[b][0]) * (ends[a][1] - ends[b][1]) < 0 ? 1 : 0;
    }
  }
  return count;
}

const mean = (items, key) => items.reduce((sum, item) => sum + item[key], 0) / items.length;

// Moves every item as near to the mean of its neighbours as those beside it allow.
function placeAlongLayers(layers, gap) {
  for (const row of layers) spread(row, row.map(() => 0), gap);
  for (let sweep = 0; sweep < 16; ++sweep) {
    const sides = sweep % 3 === 2 ? ["up", "down"] : sweep % 3 === 0 ? ["up"] : ["down"];
    for (const row of sides[0] === "down" ? [...layers].reverse() : layers) {
      const wanted = row.map((item) => {
        const around = sides.flatMap((side) => item[side]);
        return around.length ? mean(around, "x") : item.x;
      });
      spread(row, wanted, gap);
    }
  }
}

// The places nearest to the wanted ones, in the sum of squares, that keep the order and the gaps: items that would
// overlap are joined into a block that stands at the mean of what its members want (pool adjacent violators).
function spread(row, wanted, gap) {
  const offsets = [];
  row.reduce((at, item) => (offsets.push(at + item.width / 2), at + item.width + gap), 0);
  const blocks = [];
  row.forEach((item, k) => {
    let block = {sum: wanted[k] - offsets[k], items: [k]};
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).items.length >= block.sum / block.items.length) {
      const before = blocks.pop();
      block = {sum: before.sum + block.sum, items: [...before.items, ...block.items]};
    }
    blocks.push(block);
  });
  for (const block of blocks) {
    for (const k of block.items) row[k].x = block.sum / block.items.length + offsets[k];
  }
}
