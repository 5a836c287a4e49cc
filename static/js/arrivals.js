// Decides when what changes may enter the page. What would move the words under the reader's eyes waits behind a bar;
// what is taken back meanwhile is never shown. Own comments, what goes below the screen or into a fold, and what comes
// at the end of a thread whose end is on screen enter at once.
import { counted } from "./counted.js";
import { holdFocus, holdPlace } from "./place.js";
import { goTo } from "./reading.js";
import { announce, apply, concerns, spotOf } from "./tree.js";

const AFTER_SCROLLING = 200; // ms
const FRESH = 2500; // ms for which what arrived keeps its mark once it is on screen

const waiting = new Map(); // "comment-31" → the change, with its theme
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
  document.addEventListener("parley:changed", count);
  document.addEventListener("visibilitychange", () => (document.hidden ? count() : enterWhatMay()));
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(enterWhatMay, AFTER_SCROLLING);
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
  if (!on) enterWhatMay();
}

/** More waits than is worth keeping: whoever asks for it gets the page anew. */
export function overflow() {
  waiting.clear();
  isOverfull = true;
}

export function waitingCount() {
  return waiting.size;
}

/** Forgets what came after these revisions: it will be asked for again. */
export function forgetSince(revisions) {
  for (const [key, { theme, revision }] of waiting) if (revision > (revisions[theme] ?? 0)) waiting.delete(key);
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
  // The place of something gone cannot enter before what it answered, which waits.
  if (change.html && isRetraction(change) && waiting.has(`comment-${change.parent}`)) return void waiting.set(key, change);
  if (!isRetraction(change) && (isPaused || document.hidden || mustWait(change))) {
    waiting.set(key, change);
    return;
  }
  waiting.delete(key);
  enter(change);
}

function enter(change) {
  const applied = apply(change);
  const element = document.getElementById(keyOf(change));
  if (applied !== "added" || !element || isOwn(change)) return;
  element.dataset[change.kind === "comment" ? "arrived" : "new"] = "";
  unseen.add(element.id);
}

/** What the page may show now: after scrolling, or when it is looked at again. */
function enterWhatMay() {
  if (isPaused || document.hidden) return;
  if (waiting.size) enterThose((change) => !mustWait(change));
  else count();
}

function enterThose(may) {
  changePage(() => {
    for (const change of parentsFirst(waiting.values())) {
      if (!may(change)) continue;
      waiting.delete(keyOf(change));
      enter(change);
    }
  });
}

function showAll() {
  if (isOverfull) return document.dispatchEvent(new CustomEvent("parley:lost"));
  enterThose(() => true);
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
  return `${change.kind}-${change.id}`;
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
  if (document.getElementById(keyOf(change)) || isOwn(change)) return false;
  if (change.parent && waiting.has(`comment-${change.parent}`)) return true;
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
  if (!change.html || document.getElementById(keyOf(change)) || isOwn(change)) return false;
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
