"use strict";
// All that the page shows comes from the server as safe HTML, or is set as text.
const at = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get("token");
const seat = crypto.randomUUID(); // this window
const drafts = new Map(); // name of an answer -> its mark, not saved yet
const nameOf = (answer) => answer.id + answer.key;
let reader = "", question = "", scheme = null, shown = null, items = [];
let work = Promise.resolve(); // one thing after the other, however fast somebody types

async function ask(name, more = {}) {
  const body = JSON.stringify({ seat, reader, question, ...more });
  const request = { method: "POST", headers: { "X-Token": token }, body, keepalive: name === "leave" };
  const answer = await fetch(`/api/${name}`, request).catch(() => {
    throw new Error("no answer: is `autograder read` still running? What you gave stays here");
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said.result;
}

function say(text, bad = false) {
  at("status").textContent = text;
  at("status").className = bad ? "bad" : "";
}

const queue = (action) => (work = work.then(action).catch((error) => say(error.message, true)));

// What was meant for one answer is nothing for the next, which nobody has seen yet.
function queueForSeen(action) {
  const seen = shown;
  queue(() => shown === seen ? action() : null);
}

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

function button(className, action, ...content) {
  return Object.assign(element("button", className, ...content), { type: "button", onclick: action });
}

// After a click of the mouse Enter is to save, not to press the same button again.
function stay(event, pressed = null) {
  if (event.detail) at("answer").focus({ preventScroll: true });
  else if (pressed) pressed.focus();
}

function showProgress({ total, waiting, readers, agreement }) {
  const parts = [`${total - waiting} of ${total} read`];
  if (readers.length) parts.push(readers.map(([name, n]) => `${name} ${n}`).join(", "));
  if (agreement) {
    const { answers, equal, mean } = agreement;
    const others = equal < 1 && !scheme.second ? " (d: the others)" : "";
    parts.push(`second reading of ${answers}: ${Math.round(100 * equal)}% equal${others}, ` +
      `${mean < 0 ? "−" : "+"}${Math.abs(mean).toFixed(2)} points on average`);
  }
  at("progress").textContent = parts.join(" · ");
}

function drawItems() {
  at("items").replaceChildren(...scheme.items.map(([points, html], n) => {
    const what = element("span", "");
    what.innerHTML = html;
    const item = button("item", (event) => { toggle(n); stay(event, at("items").children[n]); },
      element("kbd", "", n + 1), element("b", "", `${points * items[n]} of ${points}`), what);
    item.setAttribute("aria-pressed", { 0: "false", 0.5: "mixed", 1: "true" }[items[n]]);
    return item;
  }));
}

function drawBank() {
  at("bank").replaceChildren(...shown.bank.map(([text, used], n) => element("li", "", button("",
    (event) => { useComment(n); stay(event); }, `${text} (${used}×) `,
    n < 9 ? element("kbd", "", `⇧${n + 1}`) : ""))));
  at("bank").parentElement.hidden = !shown.bank.length;
}

function show(answer) {
  shown = answer;
  const draft = drafts.get(nameOf(answer)), mark = draft || answer;
  items = scheme.items.map((_, n) => mark.items[n] || 0);
  at("number").textContent = `Answer ${answer.number} of ${answer.total}` +
    (draft ? ", not saved" : answer.score === null ? "" : ", read");
  at("text").innerHTML = answer.html;
  for (const link of at("text").querySelectorAll("a")) link.target = "_blank";
  at("score").value = mark.score ?? "";
  at("comment").value = mark.comment;
  at("earlier").hidden = !answer.earlier;
  at("second").hidden = answer.second === null;
  at("second").textContent = `Points in a second reading: ${answer.second}.`;
  at("same").hidden = at("all").hidden = !answer.same;
  const others = answer.same === 1 ? "1 other wrote" : `${answer.same} others wrote`;
  const given = answer.same_marks.length ? `; some have ${answer.same_marks.join(", ")} points` : "";
  at("same").textContent = `${others} the same${given}. The key a gives this mark to all ${answer.same + 1}.`;
  at("left").scrollTop = 0;
  drawItems();
  drawBank();
  at("answer").focus();
}

function changed() {
  drafts.set(nameOf(shown), { score: at("score").value, items, comment: at("comment").value });
}

function give(shares, points) {
  items = shares;
  at("score").value = points;
  changed();
  drawItems();
  say(`${points} of ${scheme.points} points`);
}

function toggle(n) {
  if (n >= scheme.items.length) return;
  const shares = items.with(n, { 0: 1, 1: 0.5, 0.5: 0 }[items[n]]);
  const points = scheme.items.reduce((sum, [most], i) => sum + most * shares[i], 0);
  give(shares, Math.min(points, scheme.points));
}

function useComment(n) {
  const [text] = shown.bank[n] || [""], lines = at("comment").value.split("\n").filter(Boolean);
  if (!text || lines.includes(text)) return;
  at("comment").value = [...lines, text].join("\n");
  changed();
  say(`comment: ${text}`);
}

async function step(way, before = "") {
  const next = await ask("step", { way, at: shown ? shown.id : "" });
  if (shown && !next.end && drafts.has(nameOf(shown))) before = "the mark before is not saved. ";
  showProgress(next);
  if (!next.end) show(next);
  say(before + (next.end || ""));
  return next;
}

async function save(all) {
  const mark = { id: shown.id, key: shown.key, was: shown.when, score: at("score").value, items, all,
    comment: at("comment").value };
  const saved = await ask("save", { mark });
  drafts.delete(nameOf(shown));
  const next = await step("unread", saved > 1 ? `saved for ${saved}. ` : "saved. ");
  if (next.end) await step("here", `${at("status").textContent}. `); // its own new state
}

async function start() {
  reader = at("reader").value;
  question = at("question").value;
  scheme = await ask("scheme");
  if ((await step("unread")).end && (await step("next", "every answer is read. ")).end) {
    return say("no answer to read here");
  }
  at("title").textContent = document.title = question + (scheme.second ? ", second reading" : "");
  at("most").textContent = scheme.points;
  for (const part of ["task", "reference"]) {
    at(part).innerHTML = scheme[part];
    at(part).parentElement.hidden = !scheme[part];
  }
  at("items").parentElement.hidden = !scheme.items.length;
  at("start").hidden = true;
  document.querySelector("main").hidden = document.querySelector("nav").hidden = false;
  at("answer").focus();
}

const KEYS = {
  n: () => step("next"),
  p: () => step("previous"),
  u: () => step("unread"),
  d: () => step("differs"),
  a: () => shown.same ? save(true) : say("nobody else wrote the same"),
  m: () => give(items.map(() => 1), scheme.points),
  c: () => at("comment").focus(),
  f: () => at("score").select(),
  "?": () => at("keys").showModal(),
  Enter: () => save(false),
};

const MOVES = new Set("npud?");

document.addEventListener("keydown", (event) => {
  if (!shown || event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
  const { target, key } = event, letter = key.length > 1 ? key : key.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  let action = KEYS[letter];
  if (target.matches("input, textarea")) {
    action = key === "Escape" ? () => at("answer").focus()
      : key === "Enter" && !event.shiftKey && !event.isComposing ? KEYS.Enter : null;
  } else if (key === "Enter" && target.matches("button, summary, a")) {
    action = null; // presses it
  } else if (digit) {
    const n = Number(digit[1]) - 1;
    action = n < 0 ? () => give(items.map(() => 0), 0) : () => event.shiftKey ? useComment(n) : toggle(n);
  }
  if (!action) return;
  event.preventDefault();
  if (!event.repeat) (MOVES.has(letter) ? queue : queueForSeen)(action);
});

for (const button of document.querySelectorAll("[data-key]")) {
  const { key } = button.dataset;
  button.onclick = () => (MOVES.has(key) ? queue : queueForSeen)(KEYS[key]);
}
at("score").oninput = at("comment").oninput = changed;
at("mark").onsubmit = (event) => { event.preventDefault(); queueForSeen(KEYS.Enter); };
at("start").onsubmit = (event) => { event.preventDefault(); queue(start); };
addEventListener("beforeunload", (event) => { if (drafts.size) event.preventDefault(); });
addEventListener("pagehide", () => ask("leave"));
const stillHere = () => shown && ask("here").catch(() => {}); // a window that is gone says nothing
setInterval(stillHere, 60_000);
queue(async () => {
  const questions = await ask("overview");
  at("question").replaceChildren(...questions.map((line) => new Option(line, line.split(":")[0])));
});
