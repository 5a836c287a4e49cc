// Decides when what changes may enter the page. What would move the words under the reader's eyes waits behind a bar;
// what is taken back meanwhile is never shown. Own comments, what goes below the screen or into a fold, and what comes
// at the end of a thread whose end is on screen enter at once.
import { counted } from "../lib/plural.js";
import { holdFocus, holdPlace } from "../thread/scroll-anchor.js";
import { goTo } from "../thread/reading.js";
import { announce, apply, concerns, spotOf } from "../thread/tree.js";

const AFTER_SCROLLING = 200; // ms
const FRESH = 2500; // ms for which what arrived keeps its mark once it is on screen

const waiting = new Map(); // "3:comment-31", with its theme → the change
const unseen = new Set(); // what entered the page and was not on screen yet
let isPaused = false;
let isOverfull = false;
let bar = null;
let timer = 0;
let title = "";

export function showArrivals() {
  bar = document.getElementById("arrivals");
  if (!bar) return;
  title = document.title;
  bar.querySelector("button").addEventListener("click", showAll);
  document.addEventListener("page:changed", count);
  document.addEventListener("visibilitychange", () => (document.hidden ? count() : flushAllowed()));
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(flushAllowed, AFTER_SCROLLING);
  }, { passive: true });
}

/** Takes the changes of one frame. Answers nothing: what waits enters when it may. */
export function receive(theme, changes) {
  changePage(() => {
    for (const change of parentsFirst(changes.map((each) => ({ ...each, theme })))) {
      if (concerns(change) || waiting.has(keyOf(change))) take(change);
    }
  });
}

/** Nothing changes in the page while somebody pauses it, but for what is taken back. */
export function pause(on) {
  isPaused = on;
  if (!on) flushAllowed();
}

/** More waits than is worth keeping: whoever asks for it gets the page anew. */
export function overflow() {
  waiting.clear();
  isOverfull = true;
}

export function waitingCount() {
  return waiting.size;
}

/** Forgets what came after these positions (feed → [revision, stamp]): it will be asked for again. */
export function forgetSince(positions) {
  for (const [key, { theme, revision }] of waiting) if (revision > (positions[`theme:${theme}`]?.[0] ?? 0)) waiting.delete(key);
}

/** The page was loaded anew: everything is in it. */
export function forgetAll() {
  isOverfull = false;
  waiting.clear();
  unseen.clear();
}

function take(change) {
  const key = keyOf(change);
  if ((waiting.get(key)?.revision ?? 0) >= change.revision) return;
  if (isRetraction(change)) forgetElsewhere(change);
  // The place of something gone cannot enter before what it answered, which waits.
  if (change.html && isRetraction(change) && parentWaits(change)) return void waiting.set(key, change);
  if (!isRetraction(change) && (isPaused || document.hidden || mustWait(change))) {
    waiting.set(key, change);
    return;
  }
  waiting.delete(key);
  enter(change);
}

/**
 * The same comment may wait as another theme told it, which it has left since: then only the whole page knows. What
 * waits of a thread that has left its theme, or is not public any more, waits in vain.
 */
function forgetElsewhere({ kind, id, theme }) {
  for (const [key, other] of waiting) {
    const isSame = other.kind === kind && other.id === id && other.theme !== theme;
    const hasLeft = kind === "thread" && other.thread === id && other.theme === theme;
    if (isSame || hasLeft) waiting.delete(key);
    if (isSame) document.dispatchEvent(new CustomEvent("live:resync"));
  }
}

function enter(change) {
  const applied = apply(change);
  const element = document.getElementById(idOf(change));
  if (applied !== "added" || !element || isOwn(change)) return;
  element.dataset[change.kind === "comment" ? "arrived" : "new"] = "";
  unseen.add(element.id);
}

/** What the page may show now: after scrolling, or when it is looked at again. */
function flushAllowed() {
  if (isPaused || document.hidden) return;
  if (waiting.size) flush((change) => !mustWait(change));
  else count();
}

function flush(may) {
  changePage(() => {
    for (const change of parentsFirst(waiting.values())) {
      if (!may(change)) continue;
      waiting.delete(keyOf(change));
      enter(change);
    }
  });
}

function showAll() {
  if (isOverfull) return document.dispatchEvent(new CustomEvent("live:resync"));
  flush(() => true);
  const first = [...document.querySelectorAll("#comments > .comment, #threads > .thread-row, #wall .comment")].find((e) => unseen.has(e.id));
  goTo(first);
  count();
}

function changePage(change) {
  const [back, refocus] = [holdPlace(), holdFocus()];
  change();
  announce();
  refocus();
  back();
}

function keyOf(change) {
  return `${change.theme}:${idOf(change)}`;
}

function idOf(change) {
  return `${change.kind}-${change.id}`;
}

function parentWaits({ theme, parent }) {
  return Boolean(parent) && waiting.has(`${theme}:comment-${parent}`);
}

function isRetraction(change) {
  return !change.html || (change.kind === "comment" && change.status !== "published");
}

function isOwn(change) {
  return change.kind === "comment" && String(change.author) === document.body.dataset.person;
}

/** A comment cannot enter before the one it answers. */
function parentsFirst(changes) {
  return [...changes].sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
}

function mustWait(change) {
  if (document.getElementById(idOf(change)) || isOwn(change)) return false;
  if (parentWaits(change)) return true;
  const spot = spotOf(change);
  if (!spot || spot.element.hidden) return false;
  const { top, bottom } = spot.element.getBoundingClientRect();
  // A list with the newest on top: somebody reads further down, or is at some words.
  if (spot.isBefore) return top < 0 || !getSelection().isCollapsed;
  if (bottom >= innerHeight) return false;
  return !spot.isLast || bottom < 0 || Boolean(document.activeElement?.closest(".foot-box"));
}

/** Says how much is new and not on screen; what is on screen now was seen. */
function count() {
  const heading = document.querySelector(".thread-head h1")?.textContent;
  if (heading && !title.startsWith(heading)) title = `${heading}${title.slice(title.lastIndexOf(" · "))}`; // renamed
  if (!document.hidden) for (const id of unseen) look(id);
  const news = { comment: 0, thread: 0 };
  for (const change of waiting.values()) if (isNews(change)) news[change.kind] += 1;
  for (const id of unseen) news[id.split("-")[0]] += 1;
  const said = [counted(bar, "replies", news.comment), counted(bar, "threads", news.thread)].filter(Boolean).join(", ");
  const text = isOverfull ? bar.dataset.many : said;
  bar.hidden = !text;
  const button = bar.querySelector("button");
  if (button.textContent !== text) button.textContent = text;
  const all = news.comment + news.thread;
  document.title = document.hidden && all ? `(${all}) ${title}` : title;
}

/** Whether what waits would be something more in this page. */
function isNews(change) {
  if (!change.html || document.getElementById(idOf(change)) || isOwn(change)) return false;
  return change.kind === "comment" || (change.kind === "thread" && Boolean(document.getElementById("threads")));
}

function look(id) {
  const element = document.getElementById(id);
  if (!element || element.hidden) return unseen.delete(id); // what a fold holds is counted there
  const { top, bottom } = element.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) return;
  unseen.delete(id);
  element.dataset.fresh = "";
  setTimeout(() => delete element.dataset.fresh, FRESH);
}
