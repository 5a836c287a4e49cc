// Tells people who listen to the page what is new: one sentence at most every twenty seconds, never while they pause,
// never where they turned it off. The focus stays where it is.
import { counted, filled } from "./plural.js";

const EVERY = 20_000; // ms
const KEY = "parley-spoken";

let news = new Map(); // theme → { replies, toMe }
let timer = 0;
let last = -EVERY;
let live = null;

export function announcePolitely() {
  live = document.getElementById("live");
  const button = live?.querySelector("[data-polite]");
  if (!button) return;
  label(button);
  button.hidden = false;
  button.addEventListener("click", () => {
    keep(isOff() ? "on" : "off");
    label(button);
    if (isOff()) quiet();
  });
}

/** Counts what one frame made public, by others, after the revision `since`. */
export function noteNews(theme, changes, since) {
  if (!live || isOff()) return;
  const person = document.body.dataset.person;
  const comments = changes.filter((change) => change.kind === "comment");
  const made = comments.filter((c) => isPublic(c) && c.published > since && String(c.author) !== person);
  const gone = comments.filter((c) => !isPublic(c));
  const known = news.get(theme) ?? new Map();
  for (const change of gone) known.delete(change.id);
  for (const change of made) known.set(change.id, Boolean(person) && String(change.answers) === person);
  news.set(theme, known);
  if (!timer && [...news.values()].some((ids) => ids.size)) {
    timer = setTimeout(speak, Math.max(0, last + EVERY - Date.now()));
  }
}

function isPublic(change) {
  return Boolean(change.html) && change.status === "published";
}

function speak() {
  timer = 0;
  last = Date.now();
  const said = [...news].map(([theme, ids]) => sentence(theme, [...ids.values()])).filter(Boolean);
  news = new Map();
  document.getElementById("polite").textContent = said.join(" ");
}

function sentence(theme, replies) {
  const legend = JSON.parse(document.getElementById("wall")?.dataset.themes ?? "[]");
  const onWall = legend.find((each) => each.id === theme)?.title;
  const name = onWall ?? document.querySelector(`#theme-${theme} .theme-title`)?.textContent ?? live.dataset.theme;
  const toMe = replies.filter(Boolean).length;
  const all = counted(live, "news", replies.length, { theme: name });
  return all && (toMe ? `${all}, ${filled(live.dataset.toYou, { n: toMe })}.` : `${all}.`);
}

/** Whoever pauses, or turns this off, is told nothing more of what came before. */
export function quiet() {
  if (!live) return;
  clearTimeout(timer);
  timer = 0;
  news = new Map();
  document.getElementById("polite").textContent = "";
}

function label(button) {
  button.textContent = isOff() ? button.dataset.textOff : button.dataset.textOn;
}

function isOff() {
  try {
    return localStorage.getItem(KEY) === "off";
  } catch {
    return false;
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // A full or forbidden storage: the choice cannot be kept.
  }
}
