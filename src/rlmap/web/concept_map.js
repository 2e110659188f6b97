// The concept map: an SVG of layered nodes. Reads `data`, sends back the id of a chosen concept.
// Text is only ever set through textContent, so no title or reason can become markup.
const SVG = "http://www.w3.org/2000/svg";
const NODE_WIDTH = 168, NODE_HEIGHT = 46, COLUMN = 236, ROW = 66, MARGIN = 24;
const READABLE = 0.72; // screen pixels for a unit of the drawing, below which words are hard to read
const SPARE = 60; // units around the view that are drawn, too
const HINT = "Point at an arrow to read why it is there. Arrow keys walk along the arrows, Enter opens a concept; "
  + "drag to move, pinch or Ctrl and wheel to zoom.";

const make = (name, attributes, parent) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (parent) parent.appendChild(element);
  return element;
};

// Titles are broken into at most two lines of about 22 characters.
const lines = (title) => {
  const out = [""];
  for (const word of title.split(" ")) {
    const last = out.length - 1;
    if (out[last] === "" || (out[last] + " " + word).length <= 22) out[last] = (out[last] + " " + word).trim();
    else if (out.length < 2) out.push(word);
    else out[last] += " " + word;
  }
  if (out[1] && out[1].length > 24) out[1] = out[1].slice(0, 22) + "…";
  return out;
};

const place = (nodes) => {
  const at = new Map();
  for (const node of nodes) at.set(node.id, { x: MARGIN + node.x * COLUMN, y: MARGIN + node.y * ROW, column: node.x });
  return at;
};

// The heights that nodes leave free in each column, so that a long arrow passes between them.
const columnsOf = (at) => {
  const columns = new Map();
  for (const spot of at.values()) {
    if (!columns.has(spot.column)) columns.set(spot.column, []);
    columns.get(spot.column).push(spot.y);
  }
  for (const tops of columns.values()) tops.sort((a, b) => a - b);
  return columns;
};

const free = (tops, y) => {
  const gap = 9;
  let best = y, distance = Infinity;
  const blocked = (at) => tops.some((top) => at > top - gap && at < top + NODE_HEIGHT + gap);
  for (const candidate of [y, ...tops.flatMap((top) => [top - gap, top + NODE_HEIGHT + gap])])
    if (!blocked(candidate) && Math.abs(candidate - y) < distance) { best = candidate; distance = Math.abs(candidate - y); }
  return best;
};

const route = (from, to, columns) => {
  const y0 = from.y + NODE_HEIGHT / 2, y1 = to.y + NODE_HEIGHT / 2, end = to.x - 6;
  let x = from.x + NODE_WIDTH, y = y0, path = `M${x},${y}`;
  const bend = (toX, toY) => { const half = (toX - x) / 2; path += ` C${x + half},${y} ${toX - half},${toY} ${toX},${toY}`; x = toX; y = toY; };
  for (let column = from.column + 1; column < to.column; column += 1) {
    const left = MARGIN + column * COLUMN;
    const wanted = y0 + (y1 - y0) * (left + NODE_WIDTH / 2 - from.x - NODE_WIDTH) / (end - from.x - NODE_WIDTH);
    const lane = free(columns.get(column) || [], wanted);
    bend(left - 8, lane);
    path += ` H${left + NODE_WIDTH + 8}`;
    x = left + NODE_WIDTH + 8;
  }
  bend(end, y1);
  return path;
};

const drawEdge = (edge, path, layer, say) => {
  const group = make("g", { class: "edge", "data-from": edge.from, "data-to": edge.to }, layer);
  make("path", { d: path, class: "line", "marker-end": "url(#arrow)" }, group);
  const hit = make("path", { d: path, class: "hit" }, group);
  hit.addEventListener("pointerenter", () => { group.classList.add("on"); say(edge); });
  hit.addEventListener("pointerleave", () => { group.classList.remove("on"); say(null); });
};

const drawNode = (node, at, layer, act) => {
  const spot = at.get(node.id);
  const group = make("g", {
    class: `node ${node.status}${node.selected ? " selected" : ""}`, transform: `translate(${spot.x},${spot.y})`,
    role: "button", tabindex: node.selected ? "0" : "-1", "data-id": node.id, "aria-label": node.label,
  }, layer);
  make("rect", { width: NODE_WIDTH, height: NODE_HEIGHT, rx: 8, style: `--hue:${node.hue}` }, group);
  const text = lines(node.title);
  text.forEach((line, i) => {
    const y = NODE_HEIGHT / 2 + (text.length === 1 ? 4.5 : i * 15 - 3);
    make("text", { x: NODE_WIDTH / 2, y, "aria-hidden": "true" }, group).textContent = i < text.length - 1 ? `${line} ` : line;
  });
  if (node.status !== "later")
    make("text", { x: NODE_WIDTH - 12, y: 15, class: "mark", "aria-hidden": "true" }, group).textContent = node.status === "known" ? "✓" : "●";
  group.addEventListener("click", () => act.choose(node.id));
  group.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act.choose(node.id); }
    else if (event.key.startsWith("Arrow")) { event.preventDefault(); act.walk(node.id, event.key); }
  });
  for (const name of ["focus", "pointerenter"]) group.addEventListener(name, () => act.highlight(node.id, true));
  for (const name of ["blur", "pointerleave"]) group.addEventListener(name, () => act.highlight(node.id, false));
};

// Left goes to what is needed, right to what is unlocked, up and down within a column.
const neighbour = (data, at, id, key) => {
  const here = at.get(id);
  let candidates;
  if (key === "ArrowLeft") candidates = data.edges.filter((e) => e.to === id).map((e) => e.from);
  else if (key === "ArrowRight") candidates = data.edges.filter((e) => e.from === id).map((e) => e.to);
  else {
    const sign = key === "ArrowDown" ? 1 : -1;
    candidates = data.nodes.map((n) => n.id).filter((n) => at.get(n).x === here.x && sign * (at.get(n).y - here.y) > 0);
  }
  candidates.sort((a, b) => Math.abs(at.get(a).y - here.y) - Math.abs(at.get(b).y - here.y) || (a < b ? -1 : 1));
  return candidates[0];
};

// Words and arrows out of sight are left out: each costs layout and paint in every frame that moves. The boxes of
// the nodes stay, so that keyboard and screen reader find every concept.
const hider = (view) => {
  const parts = [];
  const add = (element, x0, y0, x1, y1) => parts.push({ element, x0, y0, x1, y1, off: false });
  const update = () => {
    for (const part of parts) {
      const off = part.x1 < view.x - SPARE || part.x0 > view.x + view.w + SPARE
        || part.y1 < view.y - SPARE || part.y0 > view.y + view.h + SPARE;
      if (off !== part.off) { part.off = off; part.element.classList.toggle("off", off); }
    }
  };
  return { add, update };
};

const panAndZoom = (svg, view, size, update) => {
  let waiting = false;
  const apply = () => {
    if (waiting) return;
    waiting = true; // at most one redraw a frame, however many events come
    requestAnimationFrame(() => {
      waiting = false;
      svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
      svg.classList.toggle("far", svg.clientWidth / view.w < 0.34);
      update();
    });
  };
  const zoom = (factor, cx = view.x + view.w / 2, cy = view.y + view.h / 2) => {
    const w = Math.min(Math.max(size.w, view.w), Math.max(240, view.w * factor)), scale = w / view.w;
    view.x = cx - (cx - view.x) * scale; view.y = cy - (cy - view.y) * scale; view.w = w; view.h *= scale; apply();
  };
  const fit = () => {
    const box = svg.getBoundingClientRect(), h = Math.max(size.h, size.w * box.height / box.width);
    Object.assign(view, { x: 0, y: (size.h - h) / 2, w: h * box.width / box.height, h }); apply();
  };
  const show = (spot) => { // moves as little as needed
    view.x = Math.min(Math.max(view.x, spot.x + NODE_WIDTH + MARGIN - view.w), spot.x - MARGIN);
    view.y = Math.min(Math.max(view.y, spot.y + NODE_HEIGHT + MARGIN - view.h), spot.y - MARGIN); apply();
  };
  const inside = (x, y) => {
    const box = svg.getBoundingClientRect();
    return [view.x + (x - box.left) / box.width * view.w, view.y + (y - box.top) / box.height * view.h];
  };
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.15 : 0.87, ...inside(event.clientX, event.clientY));
  }, { passive: false });
  const fingers = new Map();
  const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  svg.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".node")) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY }); svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const before = fingers.size === 2 ? spread() : 0, box = svg.getBoundingClientRect();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before) { const [a, b] = [...fingers.values()]; zoom(before / (spread() || 1), ...inside((a.x + b.x) / 2, (a.y + b.y) / 2)); return; }
    view.x -= (event.clientX - last.x) / box.width * view.w; view.y -= (event.clientY - last.y) / box.height * view.h; apply();
  });
  for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, (event) => fingers.delete(event.pointerId));
  return { zoom, fit, show, apply };
};

// The whole drawing where it is readable, otherwise the surroundings of the chosen concept.
const firstView = (svg, size, spot) => {
  const box = svg.getBoundingClientRect();
  const fits = Math.min(box.width / size.w, box.height / size.h);
  const scale = Math.min(1.15, Math.max(READABLE, fits)), w = box.width / scale, h = box.height / scale;
  const centred = (middle, length, all) => length >= all ? (all - length) / 2 : Math.min(Math.max(0, middle - length / 2), all - length);
  return { x: centred(spot.x + NODE_WIDTH / 2, w, size.w), y: centred(spot.y + NODE_HEIGHT / 2, h, size.h), w, h };
};

const drawLegend = (data, root) => {
  const legend = document.createElement("ul");
  legend.className = "legend"; legend.setAttribute("aria-label", "Legend");
  const item = (text, mark, hue) => {
    const entry = document.createElement("li"), sign = document.createElement("span");
    sign.className = hue === undefined ? "sign" : "swatch"; sign.textContent = mark; sign.setAttribute("aria-hidden", "true");
    if (hue !== undefined) sign.style.setProperty("--hue", hue);
    entry.append(sign, text); legend.append(entry);
  };
  for (const area of data.areas) item(area.title, "", area.hue);
  item("you know it", "✓"); item("ready: you know all it needs", "●");
  root.append(legend);
};

const drawn = new WeakMap(); // what each mount shows, so that a rerun with the same map keeps view and focus

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".map");
  const signature = JSON.stringify(data);
  if (drawn.get(root) === signature) return;
  drawn.set(root, signature);
  const hadFocus = Boolean(root.getRootNode().activeElement?.closest?.(".node"));
  root.replaceChildren();
  const at = place(data.nodes), columns = columnsOf(at), titles = new Map(data.nodes.map((node) => [node.id, node.title]));
  const size = {
    w: Math.max(...[...at.values()].map((p) => p.x)) + NODE_WIDTH + MARGIN,
    h: Math.max(...[...at.values()].map((p) => p.y)) + NODE_HEIGHT + MARGIN,
  };
  const svg = make("svg", { role: "group", "aria-label": data.label }, root);
  svg.style.height = `${data.height}px`;
  const defs = make("defs", {}, svg);
  const arrow = make("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, defs);
  make("path", { d: "M0,0 L8,4 L0,8 z", class: "head" }, arrow);
  const edges = make("g", {}, svg), nodes = make("g", {}, svg);

  const note = document.createElement("p");
  note.className = "note"; note.setAttribute("aria-live", "polite"); note.textContent = HINT;
  const say = (edge) => { note.textContent = edge ? `${titles.get(edge.from)} → ${titles.get(edge.to)}: ${edge.reason}` : HINT; };

  const first = data.nodes.find((node) => node.selected) || data.nodes.reduce((a, b) => (b.x < a.x ? b : a));
  const view = firstView(svg, size, at.get(first.id));
  const hide = hider(view);
  const { zoom, fit, show, apply } = panAndZoom(svg, view, size, hide.update);
  const byNode = new Map(data.nodes.map((node) => [node.id, []]));
  const act = {
    choose: (id) => setTriggerValue("selected", id),
    walk: (id, key) => {
      const next = neighbour(data, at, id, key);
      if (!next) return;
      nodes.querySelector(`[data-id="${CSS.escape(next)}"]`).focus({ preventScroll: true });
      show(at.get(next));
      say(data.edges.find((e) => (e.from === id && e.to === next) || (e.from === next && e.to === id)) || null);
    },
    highlight: (id, on) => { for (const edge of byNode.get(id)) edge.classList.toggle("on", on); },
  };
  for (const edge of data.edges) {
    drawEdge(edge, route(at.get(edge.from), at.get(edge.to), columns), edges, say);
    byNode.get(edge.from).push(edges.lastChild); byNode.get(edge.to).push(edges.lastChild);
    const [a, b] = [at.get(edge.from), at.get(edge.to)];
    hide.add(edges.lastChild, Math.min(a.x, b.x), Math.min(a.y, b.y) - ROW, Math.max(a.x, b.x) + NODE_WIDTH, Math.max(a.y, b.y) + 2 * ROW);
  }
  for (const node of data.nodes) {
    drawNode(node, at, nodes, act);
    const { x, y } = at.get(node.id);
    hide.add(nodes.lastChild, x, y, x + NODE_WIDTH, y + NODE_HEIGHT);
  }
  const entry = nodes.querySelector('[tabindex="0"]') || nodes.querySelector(`[data-id="${CSS.escape(first.id)}"]`);
  entry.setAttribute("tabindex", "0");
  if (hadFocus) entry.focus({ preventScroll: true });

  apply();
  const bar = document.createElement("div");
  bar.className = "bar";
  for (const [label, name, does] of [["+", "Zoom in", () => zoom(0.8)], ["−", "Zoom out", () => zoom(1.25)], ["⤢", "Fit the whole map", fit]]) {
    const button = document.createElement("button");
    button.type = "button"; button.textContent = label; button.title = name; button.setAttribute("aria-label", name);
    button.addEventListener("click", does); bar.appendChild(button);
  }
  const below = document.createElement("div");
  below.className = "below"; below.append(note, bar); root.append(below);
  drawLegend(data, root);
}
