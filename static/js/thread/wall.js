// The wall: a stream of the whole dialogue, the newest first, and what happened since this browser was here last.
import { element, settle } from "./elements.js";

const MOST = 200; // entries kept; whoever reads that far down gets the rest by a link

const titles = new Map(); // thread → title
let known = null; // theme → { code, hue, title }

export function theWall() {
  return document.getElementById("wall");
}

export function fitsWall(change) {
  if (change.kind === "thread") return true;
  if (change.kind !== "comment") return false;
  if (document.getElementById(`comment-${change.id}`)) return true;
  const { group } = theWall().dataset;
  return !group || element(change.html || "<p>").querySelector(".group")?.dataset.group === group;
}

/** Before which entry a comment belongs: the next older one. */
export function spotOnWall(change) {
  const before = change.kind === "comment" ? olderEntry(change) : null;
  return before ? { element: before, isBefore: true } : null;
}

export function applyToWall(change) {
  if (change.kind === "thread") return rename(change);
  const html = change.status === "published" ? change.html : ""; // what is gone has no place here
  const applied = settle(change, `comment-${change.id}`, html, (fresh) => insert(fresh, change));
  const entry = document.getElementById(`entry-${change.id}`);
  if (applied === "gone") entry?.remove();
  if (applied === "replaced") place(entry, change); // it may stand in another thread now
  return applied;
}

/** Tells what was missed since the last visit, and remembers this one. */
export function keepVisits() {
  const wall = theWall();
  if (!wall?.dataset.event) return;
  const key = `parley-wall-${wall.dataset.event}`;
  const seen = shownRevisions();
  const last = recall(key);
  if (last) showMissed(last, seen);
  document.addEventListener("live:frame", ({ detail: { theme, until } }) => {
    if (!document.hidden) seen[theme] = until; // of a restored database it may be less than before
  });
  const save = () => keep(key, { ...last?.seen, ...seen });
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => document.hidden && save()); // phones end pages without a word
}

/** theme → the revision this page was made from. */
function shownRevisions() {
  const positions = Object.entries(JSON.parse(document.body.dataset.follow || "{}"));
  return Object.fromEntries(positions.map(([feed, [revision]]) => [feed.split(":")[1], revision]));
}

async function showMissed({ seen: before, at }, now) {
  const old = Object.entries(before).filter(([theme, revision]) => (now[theme] ?? 0) > revision);
  const place = document.getElementById("away");
  if (!old.length || !place || location.search.includes("since=")) return;
  place.hidden = false; // its line is kept while the answer is on its way
  for (const entry of document.querySelectorAll("#wall > .wall-entry")) {
    const comment = entry.querySelector(".comment");
    const isNew = Number(comment.dataset.published) > (before[entry.dataset.theme] ?? 0);
    comment.toggleAttribute("data-new", isNew);
  }
  const since = old.map(([theme, revision]) => `${theme}:${revision}`).join(",");
  const answer = await fetch(`${location.pathname}?since=${since}`).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("away");
  if (!fresh) return;
  place.replaceWith(fresh);
  fresh.querySelector("details")?.removeAttribute("open");
  const visit = fresh.querySelector("[data-last-visit]");
  if (visit) {
    const time = document.createElement("time");
    time.dateTime = new Date(at).toISOString();
    time.dataset.relative = "";
    visit.append(" ", time);
    visit.hidden = false;
  }
  document.dispatchEvent(new CustomEvent("page:changed"));
}

function insert(fresh, change) {
  const [before, entry] = [olderEntry(change), entryAround(fresh, change)];
  if (before) before.before(entry);
  else if (!("goesOn" in theWall().dataset)) theWall().append(entry); // what is older stands on an earlier page
  document.querySelector("[data-empty]")?.remove();
  trim();
}

function olderEntry(change) {
  const isOlder = ({ id, dataset }) => {
    const at = Number(dataset.at);
    return at < change.at || (at === change.at && Number(id.split("-")[1]) < change.id);
  };
  return [...theWall().querySelectorAll(":scope > .wall-entry")].find(isOlder) ?? null;
}

function entryAround(comment, change) {
  const entry = document.getElementById("wall-entry").content.firstElementChild.cloneNode(true);
  entry.id = `entry-${change.id}`;
  place(entry, change);
  entry.append(comment);
  return entry;
}

/** Says of an entry in which thread and theme it stands. */
function place(entry, change) {
  if (entry.dataset.thread === String(change.thread) && entry.dataset.theme === String(change.theme)) return;
  const { code, hue, title } = theme(change.theme);
  entry.dataset.theme = change.theme;
  entry.dataset.thread = change.thread;
  entry.dataset.at = change.at;
  entry.dataset.hue = hue;
  entry.querySelector(".theme-code").textContent = code;
  const link = entry.querySelector(".wall-thread");
  link.href = `/threads/${change.thread}/?at=${change.id}#comment-${change.id}`;
  link.textContent = titles.get(change.thread) ?? title;
}

function theme(id) {
  known ??= new Map(JSON.parse(theWall().dataset.themes).map((each) => [each.id, each]));
  return known.get(id) ?? { code: "", hue: "", title: "" };
}

/** A thread says its title in the same frame as each of its comments, and again when it is renamed. */
function rename(change) {
  if (!change.html) return clear(change);
  const title = element(change.html).querySelector("h3 a")?.textContent;
  if (!title) return "";
  titles.delete(change.id);
  titles.set(change.id, title);
  if (titles.size > MOST) titles.delete(titles.keys().next().value);
  for (const link of theWall().querySelectorAll(`[data-thread="${change.id}"] > .wall-place > .wall-thread`)) {
    if (link.textContent !== title) link.textContent = title;
  }
  return "replaced";
}

/** What the thread's theme says of its leaving: the comments that stay come again in the same frame. */
function clear(change) {
  const left = theWall().querySelectorAll(`[data-thread="${change.id}"][data-theme="${change.theme}"]`);
  for (const entry of left) entry.remove();
  return left.length ? "gone" : "";
}

/** The oldest make room; the link to what is earlier begins with them then. */
function trim() {
  const wall = theWall();
  if (wall.children.length <= MOST || wall.lastElementChild.getBoundingClientRect().top <= innerHeight) return;
  while (wall.children.length > MOST) wall.lastElementChild.remove();
  wall.dataset.goesOn = "";
  const earlier = document.querySelector("[data-earlier]");
  if (!earlier) return; // in a frame
  const url = new URL(location.href);
  url.searchParams.set("before", wall.lastElementChild.id.split("-")[1]);
  url.searchParams.delete("since");
  earlier.querySelector("a").href = url;
  earlier.hidden = false;
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(key, seen) {
  try {
    localStorage.setItem(key, JSON.stringify({ seen, at: Date.now() }));
  } catch {
    // A full or forbidden storage: the next visit begins without a memory.
  }
}
