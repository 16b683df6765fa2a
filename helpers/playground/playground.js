// The live playground in the browser: controls, four linked pictures, and balls that roll.
//
// The kernel computes everything that is shown (model.get("picture"), model.get("map")); this file
// only draws it and sends back what the reader sets (model.set("settings")). At most one question is
// on its way to the kernel: while it is, newer settings wait, so that dragging never piles up work.

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 260; // of each picture, in its own units
const BOX = { left: 45, right: 254, top: 6, bottom: 218 }; // the axes within a picture
const REACH = 5; // the left picture shows coordinates from -REACH to REACH
const FARTHEST = 2; // the axis of distances, in powers of ten
const NEAREST = -8;
const ALL = Infinity; // as a step: the whole path is shown
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// What can be set. `log` sliders move by factors; `max` of the learning rate follows the surface.
const CONTROLS = [
  { name: "lambda_1", text: "λ₁", spoken: "lambda 1", min: 0.5, max: 60, step: 0.1, log: true },
  { name: "lambda_2", text: "λ₂", spoken: "lambda 2", min: 0.5, max: 60, step: 0.1, log: true },
  { name: "rotation", text: "rotation (°)", spoken: "rotation in degrees", min: 0, max: 180, step: 1 },
  { name: "lr", text: "η (lr)", spoken: "learning rate", min: 0, max: 0.42, step: 0.001 },
  { name: "momentum", text: "β (momentum)", spoken: "momentum", min: 0, max: 0.99, step: 0.01 },
  { name: "steps", text: "steps", spoken: "number of steps", min: 1, max: 200, step: 1 },
  { name: "start_1", text: "start x₁", spoken: "start, first coordinate", min: -5, max: 5, step: 0.1 },
  { name: "start_2", text: "start x₂", spoken: "start, second coordinate", min: -5, max: 5, step: 0.1 },
];

function make(tag, attributes = {}, children = []) {
  const drawn = "svg g path line circle rect text image ellipse polygon polyline clipPath defs title";
  const node = drawn.split(" ").includes(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  for (const child of [children].flat()) node.append(child);
  return node;
}

const scale = (from, to) => (v) => to[0] + ((v - from[0]) / (from[1] - from[0])) * (to[1] - to[0]);
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);
const short = (v) => String(Number(v.toPrecision(4)));

// ---------------------------------------------------------------------------
// A picture with axes
// ---------------------------------------------------------------------------

function picture(name, heading, xLabel, yLabel) {
  // Each playground of a page loads this file anew, so a counter would give the same names again.
  const clip = `descent-clip-${Math.random().toString(36).slice(2)}`;
  const svg = make("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", class: `dp-${name}` });
  const { left, right, top, bottom } = BOX;
  const area = { x: left, y: top, width: right - left, height: bottom - top };
  const axes = make("g", { class: "dp-axes" });
  const body = make("g", { "clip-path": `url(#${clip})` });
  svg.append(
    make("defs", {}, make("clipPath", { id: clip }, make("rect", area))),
    make("rect", { ...area, class: "dp-area" }),
    axes,
    body,
    make("text", { x: (left + right) / 2, y: SIZE - 9, class: "dp-label" }, xLabel),
    make("text", { x: 9, y: 112, class: "dp-label", transform: "rotate(-90 9 112)" }, yLabel),
  );
  const figure = make("figure", {}, [make("figcaption", {}, heading), svg]);
  return { figure, svg, axes, body };
}

function ticks(axes, values, toX, toY, side, label = short) {
  for (const value of values) {
    const at = side === "x" ? toX(value) : toY(value);
    const line =
      side === "x"
        ? { x1: at, x2: at, y1: BOX.top, y2: BOX.bottom }
        : { x1: BOX.left, x2: BOX.right, y1: at, y2: at };
    const place =
      side === "x"
        ? { x: at, y: BOX.bottom + 13, class: "dp-tick" }
        : { x: BOX.left - 4, y: at + 4, class: "dp-tick dp-tick-y" };
    axes.append(make("line", { ...line, class: "dp-grid" }), make("text", place, label(value)));
  }
}

// The place of a pointer in a picture's own units.
function place(svg, event) {
  const box = svg.getBoundingClientRect();
  return [
    ((event.clientX - box.left) / box.width) * SIZE,
    ((event.clientY - box.top) / box.height) * SIZE,
  ];
}

// Call `move` with the place of the pointer, and how far it went, while the reader clicks or drags.
function onDrag(svg, move) {
  let from = null;
  const go = (event) => {
    const at = place(svg, event);
    move(...at, at[0] - from[0]);
    from = at;
  };
  svg.addEventListener("pointerdown", (event) => {
    from = place(svg, event);
    svg.setPointerCapture?.(event.pointerId);
    event.preventDefault();
    go(event);
  });
  svg.addEventListener("pointermove", (event) => from && go(event));
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (from = null));
}

// A handle that the arrow keys move. `step` takes the direction as (-1, 0, 1) for each axis.
function onArrows(node, step) {
  node.addEventListener("keydown", (event) => {
    const direction = ARROWS[event.key];
    if (!direction) return;
    event.preventDefault();
    step(...direction.map((v) => v * (event.shiftKey ? 10 : 1)));
  });
}

// ---------------------------------------------------------------------------
// The pictures. Each has `draw(picture, t)`: what the kernel sent, as far as step t.
// ---------------------------------------------------------------------------

// The points of a path up to step t, the last of them on its way to the next.
function rolled(path, t) {
  const k = Math.min(Math.floor(t), path.length - 1);
  const points = path.slice(0, k + 1);
  const share = t - k;
  if (t === ALL || share <= 0 || k + 1 >= path.length) return points;
  return [...points, path[k].map((v, i) => v + share * (path[k + 1][i] - v))];
}

const far = (v) => clamp(v, -1e3, 1e3);

// Paths as lines with a dot for each step and a ball at the end; `at` gives a point's place. `every`:
// how many points of the path make a step.
function drawnPaths(methods, t, at, every = 1) {
  return Object.entries(methods).map(([key, { path }]) => {
    const points = rolled(path, every * t).map((point) => at(...point));
    const dots = points.filter((_, k) => k % every === 0 && k <= every * t).slice(0, 120);
    const nodes = [make("polyline", { points: points.map(inUnits).join(" ") })];
    nodes.push(...dots.map(([cx, cy]) => make("circle", { cx, cy, r: 2 })));
    if (t !== ALL && points.length) {
      const [cx, cy] = points.at(-1);
      nodes.push(make("circle", { cx, cy, r: 6, class: "dp-ball" }));
    }
    return make("g", { class: `dp-method dp-method-${key}` }, nodes);
  });
}

const inUnits = (point) => point.map((v) => v.toFixed(1)).join(",");

function pathsPicture(change) {
  const view = picture("paths", "Paths: click to set the start", "x₁", "x₂");
  const toX = scale([-REACH, REACH], [BOX.left, BOX.right]);
  const toY = scale([-REACH, REACH], [BOX.bottom, BOX.top]);
  ticks(view.axes, [-4, -2, 0, 2, 4], toX, toY, "x");
  ticks(view.axes, [-4, -2, 0, 2, 4], toX, toY, "y");
  const bowl = make("g", { class: "dp-contours" });
  const lines = make("g");
  const handle = make("circle", { r: 7, class: "dp-handle", tabindex: 0, role: "button" });
  view.body.append(bowl, lines, handle);
  view.svg.setAttribute("role", "group"); // it holds a handle that can be reached by Tab

  const fromX = scale([BOX.left, BOX.right], [-REACH, REACH]);
  const fromY = scale([BOX.bottom, BOX.top], [-REACH, REACH]);
  let start = [0, 0];
  const moveTo = (x, y) =>
    change({
      start_1: Math.round(clamp(x, -REACH, REACH) * 20) / 20,
      start_2: Math.round(clamp(y, -REACH, REACH) * 20) / 20,
    });
  onDrag(view.svg, (px, py) => moveTo(fromX(px), fromY(py)));
  onArrows(handle, (dx, dy) => moveTo(start[0] + dx / 10, start[1] + dy / 10));

  view.draw = ({ settings: s, methods }, t) => {
    start = [s.start_1, s.start_2];
    const unit = toX(1) - toX(0);
    const angle = (s.rotation * Math.PI) / 180;
    const turn = `translate(${toX(0)} ${toY(0)}) rotate(${-s.rotation})`;
    // E = c² on an ellipse with half axes proportional to c: evenly spaced c, as in the notebook.
    const widest = REACH * 1.5 * Math.sqrt(2 * Math.max(s.lambda_1, s.lambda_2));
    const rings = Array.from({ length: 14 }, (_, k) => {
      const c = ((k + 1) / 14) * widest;
      const rx = (c / Math.sqrt(2 * s.lambda_1)) * unit;
      const ry = (c / Math.sqrt(2 * s.lambda_2)) * unit;
      return make("ellipse", { rx, ry, transform: turn });
    });
    const axes = [0, 1].map((k) => {
      const [dx, dy] = k ? [-Math.sin(angle), Math.cos(angle)] : [Math.cos(angle), Math.sin(angle)];
      return make("line", {
        x1: toX(-9 * dx), y1: toY(-9 * dy), x2: toX(9 * dx), y2: toY(9 * dy),
        class: "dp-eigenvector",
      });
    });
    bowl.replaceChildren(...rings, ...axes);
    lines.replaceChildren(
      ...drawnPaths(methods, t, (x, y) => [toX(far(x)), toY(far(y))]),
      make("path", { class: "dp-minimum", d: cross(toX(0), toY(0), 6) }),
    );
    handle.setAttribute("cx", toX(s.start_1));
    handle.setAttribute("cy", toY(s.start_2));
    handle.setAttribute(
      "aria-label",
      `Start at ${short(s.start_1)}, ${short(s.start_2)}. Arrow keys move it.`,
    );
    view.svg.setAttribute("aria-label", `Contour lines and paths. ${inWords(methods)}`);
  };
  return view;
}

// The bowl as a surface over the square of the left picture, from above and aside.
function surfacePicture() {
  const view = picture("surface", "The bowl in 3-D: drag to turn it", "", "");
  const mesh = make("g", { class: "dp-mesh" });
  const lines = make("g");
  view.body.append(mesh, lines);
  view.svg.setAttribute("tabindex", 0);
  let turn = 0.5;
  let latest = null;
  let drawn = "";
  const turnBy = (angle) => {
    turn += angle;
    view.draw(...latest);
  };
  onDrag(view.svg, (px, py, moved) => turnBy(moved / 80));
  onArrows(view.svg, (dx) => turnBy(dx / 10));

  view.draw = (shown, t) => {
    latest = [shown, t];
    const { settings: s, methods } = shown;
    const [cos, sin] = [Math.cos, Math.sin].map((f) => f((s.rotation * Math.PI) / 180));
    const error = (x, y) => s.lambda_1 * (cos * x + sin * y) ** 2 + s.lambda_2 * (cos * y - sin * x) ** 2;
    const top = Math.max(error(REACH, REACH), error(REACH, -REACH));
    const away = (x, y) => x * Math.sin(turn) + y * Math.cos(turn);
    const at = (x, y) => [
      147 + 14.5 * (x * Math.cos(turn) - y * Math.sin(turn)),
      142 - 9 * away(x, y) - 80 * Math.min(error(x, y) / top, 9),
    ];
    const key = [s.lambda_1, s.lambda_2, s.rotation, turn].join();
    if (key !== drawn) {
      drawn = key;
      const edges = Array.from({ length: 15 }, (_, i) => -REACH + (i * REACH) / 7);
      const middles = edges.slice(0, -1).map((v) => v + REACH / 14);
      const tiles = middles.flatMap((x) => middles.map((y) => [x, y]));
      tiles.sort((a, b) => away(...b) - away(...a)); // the farthest first, nearer ones over it
      mesh.replaceChildren(
        ...tiles.map(([x, y]) => {
          const r = REACH / 14;
          const corners = [at(x - r, y - r), at(x + r, y - r), at(x + r, y + r), at(x - r, y + r)];
          const high = (100 * Math.sqrt(error(x, y) / top)).toFixed();
          return make("polygon", { points: corners.map(inUnits).join(" "), style: `--high:${high}%` });
        }),
      );
    }
    const fine = ({ path }) =>
      path.flatMap(([x, y], k) =>
        k + 1 < path.length
          ? [0, 1, 2, 3].map((q) => [x, y].map((v, i) => far(v + (q / 4) * (path[k + 1][i] - v))))
          : [[far(x), far(y)]],
      );
    const lifted = Object.entries(methods).map(([name, m]) => [name, { path: fine(m) }]);
    lines.replaceChildren(...drawnPaths(Object.fromEntries(lifted), t, at, 4));
    view.svg.setAttribute("aria-label", `The bowl as a surface. Arrow keys turn it. ${inWords(methods)}`);
  };
  return view;
}

const cross = (x, y, r) => `M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}`;

function inWords(methods) {
  return Object.values(methods)
    .map((m) => `${m.label}: ${m.outcome}${m.end ? `, ends at distance ${m.end}` : ""}.`)
    .join(" ");
}

function distancePicture() {
  const view = picture("distances", "Distance by eigenvector", "step", "distance (log)");
  const toY = scale([NEAREST, FARTHEST], [BOX.bottom, BOX.top]);
  const lines = make("g");
  const power = (v) => (v === 0 ? "1" : `1e${v}`);
  const xTicks = make("g");
  view.axes.append(xTicks);
  ticks(view.axes, [-8, -6, -4, -2, 0, 2], null, toY, "y", power);
  view.body.append(lines);

  view.draw = ({ settings: s, methods }, t) => {
    const toX = scale([0, s.steps], [BOX.left, BOX.right]);
    const height = (d) => toY(clamp(Math.log10(Math.max(d, 1e-300)), NEAREST - 1, FARTHEST + 1));
    xTicks.replaceChildren();
    const every = [1, 2, 5, 10, 20, 50, 100].find((n) => s.steps / n <= 6);
    const marks = Array.from({ length: Math.floor(s.steps / every) + 1 }, (_, k) => k * every);
    ticks(xTicks, marks, toX, null, "x");
    const groups = Object.entries(methods).map(([key, method]) => {
      const group = make("g", { class: `dp-method dp-method-${key}` });
      method.distances.forEach((values, k) => {
        if (!values.length) return;
        const first = Math.max(values[0], 1e-300);
        const at = (step, d) => inUnits([toX(step), height(d)]);
        const drawn = values.slice(0, t + 1).map((d, step) => at(step, d)).join(" ");
        const end = values.length - 1;
        const predicted = [0, end].map((step) => at(step, first * method.predicted[k] ** step));
        group.append(
          make("polyline", { points: predicted.join(" "), class: `dp-predicted dp-direction-${k}` }),
          make("polyline", { points: drawn, class: `dp-direction-${k}` }),
        );
      });
      return group;
    });
    lines.replaceChildren(...groups);
    view.svg.setAttribute(
      "aria-label",
      `Distances on a logarithmic axis. Predicted factors per step: ${Object.values(methods)
        .map((m) => `${m.label} ${m.predicted.map(short).join(" and ")}`)
        .join("; ")}.`,
    );
  };
  return view;
}

function ratePicture(change) {
  const view = picture("rates", "Which (η, β) converge: click", "η (lr)", "β (momentum)");
  const toY = scale([0, 1], [BOX.bottom, BOX.top]);
  const fromY = scale([BOX.bottom, BOX.top], [0, 1]);
  ticks(view.axes, [0, 0.2, 0.4, 0.6, 0.8, 1], null, toY, "y");
  const xTicks = make("g");
  const image = make("image", { preserveAspectRatio: "none", class: "dp-image" });
  const marks = make("g");
  const here = make("circle", { r: 6, class: "dp-here", tabindex: 0, role: "button" });
  view.axes.append(xTicks);
  view.body.append(image, marks, here);
  view.svg.setAttribute("role", "group");
  let map = null;
  let spot = [0, 0];
  const goTo = (lr, momentum) =>
    change({
      lr: Number(clamp(lr, 0, map.lr_max).toPrecision(3)),
      momentum: Math.round(clamp(momentum, 0, 0.99) * 100) / 100,
    });
  onDrag(view.svg, (px, py) =>
    goTo(scale([BOX.left, BOX.right], [0, map.lr_max])(px), fromY(py)),
  );
  onArrows(here, (dx, dy) => goTo(spot[0] + (dx * map.lr_max) / 100, spot[1] + dy / 100));

  view.setMap = (next) => {
    map = next;
    const toX = scale([0, map.lr_max], [BOX.left, BOX.right]);
    image.setAttribute("href", painted(map));
    for (const [key, value] of Object.entries({
      x: BOX.left, y: BOX.top, width: BOX.right - BOX.left, height: BOX.bottom - BOX.top,
    })) image.setAttribute(key, value);
    const [low, high] = map.boundary;
    const [lr, momentum] = map.optimum;
    marks.replaceChildren(
      make("line", { x1: toX(low), y1: toY(0), x2: toX(high), y2: toY(1), class: "dp-boundary dp-mark" }),
      ...map.critical.map((curve) =>
        make("polyline", {
          points: curve.map(([lr, beta]) => inUnits([toX(lr), toY(beta)])).join(" "),
          class: "dp-critical dp-mark",
        }),
      ),
      make("path", { class: "dp-optimum dp-mark", d: diamond(toX(lr), toY(momentum), 6) }),
    );
    xTicks.replaceChildren();
    const every = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2].find((v) => map.lr_max / v <= 5) ?? 2;
    const values = Array.from({ length: Math.floor(map.lr_max / every) + 1 }, (_, k) => k * every);
    ticks(xTicks, values, toX, null, "x");
  };
  view.draw = ({ settings: s, methods }) => {
    spot = [s.lr, s.momentum];
    const toX = scale([0, map.lr_max], [BOX.left, BOX.right]);
    here.setAttribute("cx", toX(Math.min(s.lr, map.lr_max)));
    here.setAttribute("cy", toY(s.momentum));
    const words = `learning rate ${short(s.lr)}, momentum ${short(s.momentum)}`;
    here.setAttribute("aria-label", `You are here: ${words}. Arrow keys move it.`);
    view.svg.setAttribute(
      "aria-label",
      `Rate for each learning rate and momentum. Here: ${words}, ${methods.momentum.outcome}.`,
    );
  };
  return view;
}

const diamond = (x, y, r) => `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;

// The two roots of each direction in the complex plane: inside the unit circle it converges.
function rootsPicture() {
  const view = picture("roots", "Roots and the unit circle", "real part", "imaginary part");
  const toX = scale([-1.35, 1.35], [BOX.left, BOX.right]);
  const toY = scale([-1.35, 1.35], [BOX.bottom, BOX.top]);
  ticks(view.axes, [-1, 0, 1], toX, toY, "x");
  ticks(view.axes, [-1, 0, 1], toX, toY, "y");
  const circle = (r, name) =>
    make("ellipse", { cx: toX(0), cy: toY(0), rx: toX(r) - toX(0), ry: toY(0) - toY(r), class: name });
  const inner = make("g");
  view.body.append(circle(1, "dp-unit"), inner);
  view.draw = ({ settings: s, methods }) => {
    const marks = Object.entries(methods).flatMap(([key, { roots }]) =>
      roots.flatMap((pair, k) =>
        pair.map((root) => {
          const [x, y] = root.map((v) => clamp(v, -1.3, 1.3));
          const r = key === "plain" ? 6.5 : 4.5;
          return make("circle", {
            cx: toX(x), cy: toY(y), r, class: `dp-root dp-method-${key} dp-root-${k}`,
          });
        }),
      ),
    );
    inner.replaceChildren(circle(Math.sqrt(s.momentum), "dp-inner"), ...marks);
    const said = Object.values(methods).map(({ label, damping, roots }) => {
      const numbers = (pair) => pair.map(([a, b]) => (b ? `${short(a)} + ${short(b)} i` : short(a)));
      return [1, 2].map((k) =>
        `${label} along lambda ${k}: ${damping[k - 1]}, roots ${numbers(roots[k - 1]).join(" and ")}`,
      ).join("; ");
    });
    view.svg.setAttribute("aria-label", `Roots in the complex plane. ${said.join("; ")}.`);
  };
  return view;
}

// The rates as a small picture: dark is fast, light is slow, hatched grey does not converge.
function painted({ columns, rows, levels }) {
  const canvas = make("canvas", { width: columns * 2, height: rows * 2 });
  const brush = canvas.getContext("2d");
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const rate = levels[row * columns + column] / 200;
      const stripe = (row + column) % 4 === 0 ? "#8c8c8c" : "#a8a8a8";
      brush.fillStyle = rate < 1 ? shade(rate) : stripe;
      brush.fillRect(2 * column, 2 * (rows - 1 - row), 2, 2);
    }
  }
  return canvas.toDataURL();
}

// From dark blue over green to light yellow, lighter all the way: readable in grey.
const SHADES = [[0.0, 38, 12, 82], [0.45, 38, 84, 140], [0.75, 42, 150, 130], [0.92, 140, 205, 90], [1.0, 252, 240, 130]];

function shade(rate) {
  const k = SHADES.findIndex(([at]) => at >= rate);
  const [low, high] = [SHADES[Math.max(k - 1, 0)], SHADES[Math.max(k, 0)]];
  const share = high[0] === low[0] ? 0 : (rate - low[0]) / (high[0] - low[0]);
  return `rgb(${[1, 2, 3].map((i) => Math.round(low[i] + share * (high[i] - low[i]))).join()})`;
}

// ---------------------------------------------------------------------------
// Controls and readouts
// ---------------------------------------------------------------------------

function control(spec, change) {
  const range = { type: "range", "aria-label": spec.spoken, "data-setting": spec.name };
  const slider = make("input", range);
  const number = make("input", {
    type: "number", min: spec.min, max: spec.max, step: "any",
    "aria-label": `${spec.spoken}, as a number`,
  });
  const toSlider = spec.log ? Math.log : (v) => v;
  const fromSlider = spec.log ? Math.exp : (v) => v;
  const node = make("div", { class: "dp-control" }, [make("span", {}, spec.text), slider, number]);
  const setRange = (max) => {
    slider.min = toSlider(spec.min);
    slider.max = toSlider(max);
    slider.step = spec.log ? 0.02 : spec.step;
    number.max = max;
  };
  setRange(spec.max);
  const rounded = (v) => (spec.log ? Number(v.toPrecision(3)) : Number(v.toFixed(4)));
  slider.addEventListener("input", () =>
    change({ [spec.name]: rounded(fromSlider(Number(slider.value))) }),
  );
  number.addEventListener("change", () => {
    const value = Number(number.value);
    if (number.value !== "" && Number.isFinite(value)) {
      change({ [spec.name]: clamp(value, spec.min, Number(number.max)) });
    }
  });
  const show = (value) => {
    slider.value = toSlider(value);
    slider.setAttribute("aria-valuetext", short(value));
    if (document.activeElement !== number) number.value = short(value);
  };
  return { node, show, setRange };
}

function readouts() {
  const head = ["", "outcome", "along λ₁", "along λ₂", "rate per step", "steps to 1e-6", "ends at"];
  const body = make("tbody");
  const table = make("table", {}, [
    make("thead", {}, make("tr", {}, head.map((text) => make("th", { scope: "col" }, text)))),
    body,
  ]);
  const problems = make("div", { class: "dp-problems", role: "alert" });
  const live = make("div", { class: "dp-spoken", role: "status", "aria-live": "polite" });
  let speak = null;
  const draw = ({ methods, condition }) => {
    body.replaceChildren(
      ...Object.entries(methods).map(([key, m]) => {
        const name = make("th", { scope: "row", class: `dp-name dp-name-${key}` }, m.label);
        const texts = [m.outcome, ...m.damping, m.rate, m.steps, m.end ?? "–"];
        const cells = texts.map((text) => make("td", {}, text));
        return make("tr", { "data-method": key }, [name, ...cells]);
      }),
    );
    const found = Object.values(methods).map((m) => m.problem).filter(Boolean);
    if (problems.textContent !== found.join("")) {
      problems.replaceChildren(...found.map((text) => make("p", {}, text)));
    }
    clearTimeout(speak); // once the reader pauses, not for each point of a drag
    speak = setTimeout(() => {
      live.textContent = `Condition number ${condition}. ${inWords(methods)}`;
    }, 600);
  };
  return { nodes: [table, problems, live], draw };
}

// Light or dark, by the colour of the text around: every editor has its own way to switch.
function followTheme(root) {
  const look = () => {
    if (!root.isConnected) return; // a cell out of sight comes onto the page later
    const [r, g, b] = getComputedStyle(root).color.match(/[\d.]+/g).map(Number);
    root.classList.toggle("dp-dark", 0.3 * r + 0.59 * g + 0.11 * b > 140);
  };
  const watcher = new MutationObserver(() => requestAnimationFrame(look));
  for (const node of [document.documentElement, document.body]) {
    watcher.observe(node, { attributes: true });
  }
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", look);
  const appears = new IntersectionObserver(look);
  appears.observe(root);
  return () => {
    watcher.disconnect();
    appears.disconnect();
    media.removeEventListener("change", look);
  };
}

// Lets the balls roll: `show(t)` draws step t. They glide, or jump where less motion is wanted.
function roller(show, lengthOf) {
  let t = ALL;
  let frame = 0;
  const isCalm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const moved = (to) => {
    t = to < lengthOf() ? to : ALL;
    show(t);
  };
  const stop = (to = t) => {
    cancelAnimationFrame(frame);
    frame = 0;
    moved(to);
  };
  const play = () => {
    const pace = clamp(6000 / lengthOf(), 40, 350); // milliseconds for a step
    const from = t === ALL ? 0 : t;
    let began = null;
    const next = (now) => {
      began ??= now;
      const to = from + (now - began) / (isCalm() ? Math.max(pace, 300) : pace);
      frame = requestAnimationFrame(next);
      moved(isCalm() ? Math.floor(to) : to);
      if (t === ALL) stop();
    };
    frame = requestAnimationFrame(next);
    moved(from);
  };
  return {
    isCalm, stop,
    isRolling: () => frame !== 0,
    toggle: () => (frame ? stop() : play()),
    step: () => stop(t === ALL ? 0 : Math.floor(t) + 1),
  };
}

// ---------------------------------------------------------------------------
// Putting it together
// ---------------------------------------------------------------------------

function render({ model, el }) {
  let settings = { ...model.get("picture").settings };
  const view = Math.random().toString(36).slice(2); // the same widget may be shown twice
  let count = 0;
  let asked = null; // the question that is on its way to the kernel
  let isNewer = false; // the settings have changed since that question
  let busy = null;

  const status = make("p", { class: "dp-status", role: "status" });

  function ask() {
    isNewer = asked !== null;
    if (isNewer) return;
    asked = `${view}-${(count += 1)}`;
    root.dataset.asked = asked; // equal to the answered request: what is shown is up to date
    model.set("settings", { ...settings, request: asked });
    model.save_changes();
    busy = setTimeout(() => {
      status.textContent = "The kernel is busy or stopped: the pictures wait for it.";
      asked = null; // the next change asks again: the kernel may be back by then
    }, 3000);
  }

  function change(patch) {
    settings = { ...settings, ...patch };
    roll.stop(ALL);
    showControls();
    ask();
  }

  const controls = CONTROLS.map((spec) => ({ spec, ...control(spec, change) }));
  const buttons = make("span", { class: "dp-mark", role: "group", "aria-label": "Marked cases" });
  const [paths, surface] = [pathsPicture(change), surfacePicture()];
  const [rates, moving] = [ratePicture(change), [paths, surface, distancePicture()]];
  const views = [...moving, rates, rootsPicture()];
  surface.figure.hidden = true;
  const words = readouts();
  const legend = make("p", { class: "dp-legend" });
  legend.innerHTML =
    '<span class="dp-name-plain">●</span> plain <span class="dp-name-momentum">●</span> momentum · ' +
    "full line, full dot λ₁; dashed line, ring λ₂; thin: predicted · dark is fast, striped diverges, " +
    '○ you are here<span class="dp-mark">, line 2(1 + β)/λmax, dotted critical, ◆ optimal pair</span>';

  const button = (text, name, act) => {
    const node = make("button", { type: "button", "data-act": name }, text);
    node.addEventListener("click", act);
    return node;
  };
  const counter = make("span", { class: "dp-counter" });
  const roll = roller(
    (t) => {
      for (const { draw: redraw } of moving) redraw(model.get("picture"), t);
      playing.textContent = roll.isRolling() ? "❚❚ Pause" : "▶ Play";
      counter.textContent = t === ALL ? "" : `step ${Math.floor(t)}`;
      root.dataset.step = t;
    },
    () => Math.max(1, ...Object.values(model.get("picture").methods).map((m) => m.path.length - 1)),
  );
  const playing = button("▶ Play", "play", roll.toggle);
  const solid = button("3-D", "surface", () => {
    const isSolid = paths.figure.toggleAttribute("hidden");
    surface.figure.hidden = !isSolid;
    solid.setAttribute("aria-pressed", isSolid);
  });
  solid.setAttribute("aria-pressed", false);
  const acts = make("div", { class: "dp-cases" }, [
    playing, button("Step", "step", roll.step), solid, buttons, counter,
  ]);

  function showControls() {
    for (const { spec, show } of controls) show(settings[spec.name]);
  }

  function drawMap() {
    const map = model.get("map");
    rates.setMap(map);
    controls.find(({ spec }) => spec.name === "lr").setRange(Number(map.lr_max.toPrecision(3)));
  }

  function draw() {
    const picture = model.get("picture");
    if (picture.request === asked) {
      clearTimeout(busy);
      asked = null;
      status.textContent = "";
    }
    if (asked === null && !isNewer) {
      settings = { ...picture.settings };
      showControls();
    }
    for (const { draw: redraw } of views) redraw(picture, ALL);
    words.draw(picture);
    buttons.replaceChildren(
      ...Object.entries(picture.cases).map(([label, patch]) => {
        const button = buttons.querySelector(`[data-case="${label}"]`) ??
          make("button", { type: "button", "data-case": label }, label);
        button.onclick = () => change(patch);
        return button;
      }),
    );
    root.dataset.request = picture.request;
    root.dataset.milliseconds = picture.milliseconds.toFixed(2);
    if (asked === null && isNewer) ask();
  }

  const root = make(
    "section",
    {
      class: "descent-playground",
      "aria-label": "Playground of gradient descent and momentum",
      "data-lm-suppress-shortcuts": "true", // keys in here are no commands of JupyterLab
    },
    [
      make("div", { class: "dp-controls" }, controls.map(({ node }) => node)),
      acts,
      make("div", { class: "dp-pictures" }, views.map(({ figure }) => figure)),
      legend,
      ...words.nodes,
      status,
    ],
  );
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.target.type === "number" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "p") roll.toggle();
    if (event.key === "n") roll.step();
  });
  root.classList.toggle("dp-unmarked", !model.get("marks"));
  el.append(root);
  const stopTheme = followTheme(root);
  drawMap();
  draw();
  const onScreen = new IntersectionObserver(
    ([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      onScreen.disconnect();
      if (!roll.isCalm() && !roll.isRolling()) roll.toggle();
    },
    { threshold: 0.6 },
  );
  if (model.get("play")) onScreen.observe(root);
  model.on("change:map", drawMap);
  model.on("change:picture", draw);
  return () => {
    stopTheme();
    onScreen.disconnect();
    roll.stop();
    clearTimeout(busy);
    model.off("change:map", drawMap);
    model.off("change:picture", draw);
  };
}

export default { render };
