"use strict";
// All that the page shows comes from the server as safe HTML, or is set as text.
const at = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get("token");
const seat = crypto.randomUUID(); // this window
const drafts = new Map(); // id of an answer -> its mark, not saved yet
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
const count = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function showProgress({ total, waiting, readers, agreement }) {
  const parts = [`${total - waiting} of ${count(total, "answer")} read`];
  if (readers.length) parts.push(readers.map(([name, n]) => `${name} ${n}`).join(", "));
  if (agreement) {
    const { answers, equal, mean, apart } = agreement;
    parts.push(`second reading of ${answers}: ${Math.round(100 * equal)}% equal, second − first ` +
      `${mean.toFixed(2)} on average, ${apart.toFixed(2)} apart`);
  }
  at("progress").textContent = parts.join(" · ");
}

function drawItems() {
  at("items").replaceChildren(...scheme.items.map(([points, html], n) => {
    const button = element("button", "item", "");
    const share = items[n] || 0;
    button.type = "button";
    button.setAttribute("aria-pressed", { 0: "false", 0.5: "mixed", 1: "true" }[share]);
    button.append(element("kbd", "", n + 1), element("b", "", `${points * share} of ${points}`));
    const text = element("span", "", "");
    text.innerHTML = html;
    button.append(text);
    button.onclick = () => { toggle(n); at("items").children[n].focus(); };
    return button;
  }));
}

function drawBank() {
  at("bank").replaceChildren(...shown.bank.map(([text, used], n) => {
    const entry = element("li", "", ""), button = element("button", "", `${text} (${used}×) `);
    button.type = "button";
    if (n < 9) button.append(element("kbd", "", `⇧${n + 1}`));
    button.onclick = () => useComment(n);
    entry.append(button);
    return entry;
  }));
}

function show(answer) {
  shown = answer;
  const mark = drafts.get(answer.id) || answer;
  items = scheme.items.map((_, n) => mark.items[n] || 0);
  at("number").textContent = `Answer ${answer.number} of ${answer.total}` +
    (answer.score === null ? "" : ", read");
  at("text").innerHTML = answer.html;
  if (answer.is_empty) at("text").replaceChildren(element("em", "", "nothing was written"));
  for (const link of at("text").querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  at("score").value = mark.score ?? "";
  at("comment").value = mark.comment;
  at("earlier").hidden = !answer.earlier;
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
  drafts.set(shown.id, { score: at("score").value, items, comment: at("comment").value });
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
  showProgress(next);
  if (!next.end) show(next);
  say(before + (next.end || ""));
  return next;
}

async function save(all) {
  const mark = { id: shown.id, key: shown.key, score: at("score").value, items, all,
    comment: at("comment").value };
  const saved = await ask("save", { mark });
  drafts.delete(shown.id);
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
  for (const part of ["task", "reference", "remarks"]) {
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
  a: () => shown.same ? save(true) : say("nobody else wrote the same"),
  m: () => give(items.map(() => 1), scheme.points),
  c: () => at("comment").focus(),
  f: () => at("score").select(),
  "?": () => at("keys").showModal(),
  Enter: () => save(false),
};

document.addEventListener("keydown", (event) => {
  if (!shown || event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
  const { target, key } = event, digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  let action = KEYS[key];
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
  queue(action);
});

for (const button of document.querySelectorAll("[data-key]")) {
  button.onclick = () => queue(KEYS[button.dataset.key]);
}
at("score").oninput = at("comment").oninput = changed;
at("mark").onsubmit = (event) => { event.preventDefault(); queue(KEYS.Enter); };
at("start").onsubmit = (event) => { event.preventDefault(); queue(start); };
addEventListener("beforeunload", (event) => { if (drafts.size) event.preventDefault(); });
addEventListener("pagehide", () => ask("leave"));
queue(async () => {
  at("question").replaceChildren(...(await ask("overview")).map(({ name, total, waiting }) =>
    new Option(`${name}: ${waiting} of ${count(total, "answer")} to read`, name)));
});
