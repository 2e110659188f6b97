// The concept map: an SVG of layered nodes. Reads `data`, sends back the id of a chosen concept.
// Text is only ever set through textContent, so no title or reason can become markup.
const SVG = "http://www.w3.org/2000/svg";
const NODE_WIDTH = 168, NODE_HEIGHT = 46, COLUMN = 236, ROW = 66, MARGIN = 24;

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
  for (const node of nodes) at.set(node.id, { x: MARGIN + node.x * COLUMN, y: MARGIN + node.y * ROW });
  return at;
};

const drawEdge = (edge, at, layer, say) => {
  const from = at.get(edge.from), to = at.get(edge.to);
  const x0 = from.x + NODE_WIDTH, y0 = from.y + NODE_HEIGHT / 2, x1 = to.x, y1 = to.y + NODE_HEIGHT / 2;
  const bend = Math.max(30, Math.abs(x1 - x0) / 2);
  const path = `M${x0},${y0} C${x0 + bend},${y0} ${x1 - bend},${y1} ${x1 - 6},${y1}`;
  const group = make("g", { class: "edge", "data-from": edge.from, "data-to": edge.to }, layer);
  make("path", { d: path, class: "line", "marker-end": "url(#arrow)" }, group);
  const hit = make("path", { d: path, class: "hit" }, group);
  make("title", {}, hit).textContent = edge.reason;
  hit.addEventListener("pointerenter", () => { group.classList.add("on"); say(edge.reason); });
  hit.addEventListener("pointerleave", () => { group.classList.remove("on"); say(""); });
};

const drawNode = (node, at, layer, choose, focusNext, highlight) => {
  const spot = at.get(node.id);
  const group = make("g", {
    class: `node ${node.status}${node.selected ? " selected" : ""}`, transform: `translate(${spot.x},${spot.y})`,
    role: "button", tabindex: node.selected ? "0" : "-1", "data-id": node.id,
    "aria-label": `${node.title}, ${node.area_title}${node.status === "known" ? ", known" : ""}`,
  }, layer);
  make("rect", { width: NODE_WIDTH, height: NODE_HEIGHT, rx: 8, style: `--hue:${node.hue}` }, group);
  const text = lines(node.title);
  text.forEach((line, i) => {
    const y = NODE_HEIGHT / 2 + (text.length === 1 ? 4.5 : i * 15 - 3);
    make("text", { x: NODE_WIDTH / 2, y }, group).textContent = line;
  });
  group.addEventListener("click", () => choose(node.id));
  group.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(node.id); }
    else if (event.key.startsWith("Arrow")) { event.preventDefault(); focusNext(node.id, event.key); }
  });
  for (const name of ["focus", "pointerenter"]) group.addEventListener(name, () => highlight(node.id, true));
  for (const name of ["blur", "pointerleave"]) group.addEventListener(name, () => highlight(node.id, false));
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

const panAndZoom = (svg, view, size) => {
  const apply = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  const zoom = (factor, cx = view.x + view.w / 2, cy = view.y + view.h / 2) => {
    const w = Math.min(size.w * 3, Math.max(240, view.w * factor)), scale = w / view.w;
    view.x = cx - (cx - view.x) * scale; view.y = cy - (cy - view.y) * scale; view.w = w; view.h *= scale; apply();
  };
  const fit = () => { Object.assign(view, { x: 0, y: 0, w: size.w, h: size.h }); apply(); };
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.15 : 0.87, view.x + (event.clientX - box.left) / box.width * view.w,
      view.y + (event.clientY - box.top) / box.height * view.h);
  }, { passive: false });
  let grip = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".node")) return;
    grip = { x: event.clientX, y: event.clientY }; svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const box = svg.getBoundingClientRect();
    view.x -= (event.clientX - grip.x) / box.width * view.w; view.y -= (event.clientY - grip.y) / box.height * view.h;
    grip = { x: event.clientX, y: event.clientY }; apply();
  });
  svg.addEventListener("pointerup", () => { grip = null; });
  apply();
  return { zoom, fit };
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".map");
  root.replaceChildren();
  const at = place(data.nodes);
  const size = {
    w: Math.max(...[...at.values()].map((p) => p.x)) + NODE_WIDTH + MARGIN,
    h: Math.max(...[...at.values()].map((p) => p.y)) + NODE_HEIGHT + MARGIN,
  };
  const svg = make("svg", { role: "group", "aria-label": data.label }, root);
  // A narrow screen shows the surroundings of the chosen concept at a readable size; the rest is a drag away.
  const width = root.clientWidth || 800, narrow = width < 640;
  const whole = { x: 0, y: 0, w: size.w, h: size.h };
  const chosen = data.nodes.find((node) => node.selected) || data.nodes[0];
  const middle = at.get(chosen.id), shown = narrow ? 380 : 0;
  const near = { x: middle.x + NODE_WIDTH / 2 - width * 0.6, y: middle.y + NODE_HEIGHT / 2 - shown * 0.6, w: width * 1.2, h: shown * 1.2 };
  const fitted = Math.max(220, size.h * Math.min(1, width / size.w));
  svg.style.height = `${Math.min(data.height, narrow ? shown : fitted)}px`;
  const defs = make("defs", {}, svg);
  const arrow = make("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, defs);
  make("path", { d: "M0,0 L8,4 L0,8 z", class: "head" }, arrow);
  const edges = make("g", {}, svg), nodes = make("g", {}, svg);

  const note = document.createElement("p");
  note.className = "note"; note.setAttribute("aria-live", "polite");
  const hint = "Point at an arrow to read why. Arrow keys walk the map, Enter opens a concept.";
  const say = (text) => { note.textContent = text || hint; };
  say("");

  const choose = (id) => setTriggerValue("selected", id);
  const focusNext = (id, key) => {
    const next = neighbour(data, at, id, key);
    if (next) nodes.querySelector(`[data-id="${CSS.escape(next)}"]`).focus();
  };
  const highlight = (id, on) => {
    for (const edge of edges.children)
      if (edge.dataset.from === id || edge.dataset.to === id) edge.classList.toggle("on", on);
  };
  data.edges.forEach((edge) => drawEdge(edge, at, edges, say));
  data.nodes.forEach((node) => drawNode(node, at, nodes, choose, focusNext, highlight));
  if (!nodes.querySelector('[tabindex="0"]') && nodes.firstChild) nodes.firstChild.setAttribute("tabindex", "0");

  const { zoom, fit } = panAndZoom(svg, narrow ? near : whole, size);
  const bar = document.createElement("div");
  bar.className = "bar";
  for (const [label, name, act] of [["+", "Zoom in", () => zoom(0.8)], ["−", "Zoom out", () => zoom(1.25)], ["⤢", "Fit the whole map", fit]]) {
    const button = document.createElement("button");
    button.type = "button"; button.textContent = label; button.title = name; button.setAttribute("aria-label", name);
    button.addEventListener("click", act); bar.appendChild(button);
  }
  root.append(bar, note);
}
