// Knows what was on screen. A comment counts as read when it was seen, never because the page was opened.
import { has, parse, union, write } from "./ranges.js";
import { announce } from "./tree.js";

const SEEN_AFTER = 800; // ms on screen
const SAVE_EVERY = 4000; // ms between two messages to the server

let bar = null;
let read = [];
let fresh = []; // read here, not yet told to the server
const waiting = new Map(); // comment → timer
let observer = null;

export function keepReading() {
  bar = document.getElementById("reading");
  if (!bar) return;
  read = parse(bar.dataset.url ? bar.dataset.read : localStorage.getItem(storageKey()));
  observer = new IntersectionObserver(look, { rootMargin: "0px 0px -10% 0px", threshold: [0, 0.6] });
  mark();
  document.addEventListener("page:changed", mark);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  window.addEventListener("pagehide", save);
  setInterval(save, SAVE_EVERY);
  bar.addEventListener("submit", (event) => event.target.matches("[data-mark-all]") && markAll(event));
  document.addEventListener("submit", (event) => event.target.matches("[data-read-branch]") && markBranch(event));
  document.addEventListener("click", (event) => {
    const next = event.target.closest("[data-next-unread]");
    if (next && goTo(unread()[0])) event.preventDefault();
  });
}

/** The unread comments of the page, from top to bottom. */
export function unread() {
  return [...document.querySelectorAll("#comments > .comment[data-new]")];
}

export function goTo(comment) {
  if (!comment) return false;
  if (comment.hidden) comment.dispatchEvent(new CustomEvent("thread:reveal", { bubbles: true }));
  document.querySelector(".comment.is-here")?.classList.remove("is-here");
  comment.classList.add("is-here");
  comment.setAttribute("tabindex", "-1");
  comment.focus({ preventScroll: true });
  comment.scrollIntoView({ block: "start" });
  return true;
}

function storageKey() {
  return `parley-read-${bar.dataset.theme}`;
}

function isNews(comment) {
  const { published, author, gone } = comment.dataset;
  return Boolean(published) && gone === undefined && author !== document.body.dataset.person && !has(read, Number(published));
}

/** Marks what is unread. Somebody who has read nothing here yet sees no marks: all of it is new to them. */
function mark() {
  const isFirstVisit = read.length === 0;
  for (const comment of document.querySelectorAll("#comments > .comment")) {
    const isNew = isNews(comment);
    if (!isNew) observer.unobserve(comment);
    else observer.observe(comment);
    comment.toggleAttribute("data-new", isNew);
    comment.toggleAttribute("data-first-visit", isNew && isFirstVisit && !("arrived" in comment.dataset));
  }
  count();
}

function look(entries) {
  for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of entries) {
    // A comment taller than the screen is seen when it fills most of it.
    const fills = rootBounds && intersectionRect.height > rootBounds.height * 0.5;
    const isSeen = isIntersecting && (intersectionRatio >= 0.6 || fills);
    if (!isSeen) {
      clearTimeout(waiting.get(target));
      waiting.delete(target);
    } else if (!waiting.has(target)) {
      waiting.set(target, setTimeout(() => seen(target), SEEN_AFTER));
    }
  }
}

function seen(comment) {
  waiting.delete(comment);
  if (document.hidden || !comment.isConnected) return;
  add([[Number(comment.dataset.published), Number(comment.dataset.published)]]);
  comment.removeAttribute("data-new");
  observer.unobserve(comment);
  count();
}

function add(ranges) {
  read = union(read, ranges);
  fresh = union(fresh, ranges);
  if (!bar.dataset.url) keepHere();
}

function keepHere() {
  try {
    localStorage.setItem(storageKey(), write(read));
    fresh = [];
  } catch {
    // A full or forbidden storage costs the marks of the next visit, nothing else.
  }
}

async function save() {
  if (!fresh.length || !bar.dataset.url) return;
  const telling = fresh;
  fresh = [];
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const body = new URLSearchParams({ read: write(telling), csrfmiddlewaretoken: token });
  const answer = await fetch(bar.dataset.url, {
    method: "POST", body, keepalive: true, headers: { "Parley-Part": "1" },
  }).catch(() => null);
  if (!answer?.ok) fresh = union(fresh, telling); // told again with the next message
}

function markAll(event) {
  event.preventDefault();
  const all = unread().map((comment) => [Number(comment.dataset.published), Number(comment.dataset.published)]);
  add(all);
  mark();
  save();
}

/** The server knows all of a branch, also what is not on this page. */
async function markBranch(event) {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "Parley-Part": "1" },
  }).catch(() => null);
  if (!answer?.ok) return form.submit();
  read = union(read, parse((await answer.json()).read));
  form.closest(".acts-box")?.remove();
  announce();
}

/** Says how much is left. A first visit without an account says nothing: everything is new then. */
function count() {
  const left = unread().length;
  const isFirstVisit = !bar.dataset.url && read.length === 0;
  for (const part of bar.querySelectorAll("[data-some-unread]")) part.hidden = !left || isFirstVisit;
  bar.querySelector("[data-none-unread]").hidden = left > 0;
  bar.querySelector("[data-unread-count]").textContent = `${left} ${bar.dataset.textUnread}`;
}
