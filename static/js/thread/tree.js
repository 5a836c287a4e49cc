// Puts comments, threads and themes into the page: the same way whoever says so, as often as it is said.

import { settle } from "./elements.js";
import { applyToWall, fitsWall, spotOnWall, theWall } from "./wall.js";

/** Applies one change; says what happened: "added", "replaced", "gone" or "" (nothing to do here). */
export function apply(change) {
  if (theWall()) return applyToWall(change);
  return { comment, thread, theme }[change.kind]?.(change) ?? "";
}

/** Whether a change can show in this page at all. */
export function concerns(change) {
  const { kind, id, thread: threadId } = change;
  if (theWall()) return fitsWall(change);
  if (document.getElementById(`${kind}-${id}`)) return true;
  if (kind === "comment") return Boolean(document.querySelector(`#comments[data-thread="${threadId}"]`));
  if (kind === "theme") return Boolean(document.querySelector(`#comments[data-theme="${id}"]`));
  if (kind !== "thread") return false;
  return Boolean(document.getElementById("threads") ?? document.querySelector(`#comments[data-thread="${id}"], #head-${id}`));
}

/** Beside what a new element would enter: behind `element`, or before it; null where nothing enters this page. */
export function spotOf(change) {
  if (theWall()) return spotOnWall(change);
  if (change.kind === "thread") {
    const list = document.getElementById("threads");
    const row = list && rowBefore(list, change.place);
    return row ? { element: row, isBefore: true } : null;
  }
  const parent = change.parent && document.getElementById(`comment-${change.parent}`);
  const place = parent && lastBefore(parent, change);
  return place ? { element: afterItsBox(place), isLast: !following(place) } : null;
}

/** Says once that the page has changed, so that other modules can look at what is new in it. */
export function announce() {
  document.dispatchEvent(new CustomEvent("page:changed"));
}

function comment(change) {
  const list = document.querySelector(`#comments[data-thread="${change.thread}"]`);
  // What stands in another thread now has left this one; without the box below it, in which somebody may be writing.
  if (!list) return document.querySelector("#comments[data-thread]")?.querySelector(`#comment-${change.id}`) ? leave(change) : "";
  return settle(change, `comment-${change.id}`, change.html, (fresh) => insertComment(list, fresh, change));
}

function leave(change) {
  return settle(change, `comment-${change.id}`, "", null);
}

function thread(change) {
  renewHead(`head-${change.id}`, () => settle(change, `head-${change.id}`, change.head, null));
  const open = document.querySelector(`#comments[data-thread="${change.id}"]`);
  if (open) changeOpenThread(open, change);
  const list = document.getElementById("threads");
  if (!list) return open ? "replaced" : "";
  const row = document.getElementById(`thread-${change.id}`);
  const hasMoved = row && !("sorted" in list.dataset) && Number(row.dataset.place) !== change.place;
  if (hasMoved && Number(row.dataset.revision) < change.revision) row.remove(); // pinned: it stands elsewhere now
  return settle(change, `thread-${change.id}`, change.html, (fresh) => insertThread(list, fresh, change.place));
}

/** Puts a fresh head of a thread in its place; its summary stays unfolded, and stands in the margin of a wide page, too. */
export function renewHead(id, put) {
  const isOpen = document.querySelector(`#${id} .summary`)?.open;
  put();
  const fresh = document.querySelector(`#${id} .summary`);
  if (fresh && isOpen) fresh.open = true;
  const margin = document.querySelector(`[data-summary-of="${id}"]`);
  margin?.querySelector(".points")?.remove();
  if (fresh) margin?.append(fresh.querySelector(".points").cloneNode(true));
}

/** The thread this page shows: locked or open again, counted anew, or gone altogether. */
function changeOpenThread(open, change) {
  const count = document.querySelector(`[data-count-of="${change.id}"]`);
  if (count && change.html) count.textContent = change.count;
  document.querySelector("[data-thread-gone]")?.toggleAttribute("hidden", Boolean(change.html || change.to));
  const moved = document.querySelector("[data-thread-moved]");
  moved?.toggleAttribute("hidden", !change.to);
  if (change.to) moved?.querySelector("a").setAttribute("href", change.to);
  // What is taken back where it goes on now is told there: the page must begin anew from that place.
  if (change.to) document.dispatchEvent(new CustomEvent("live:resync", { detail: { isShared: true } }));
  lock(open, "data-thread-locked", change.locked);
}

/** Nothing can be written here while the thread or its theme is locked. */
function lock(open, by, isLocked) {
  open.toggleAttribute(by, Boolean(isLocked));
  const is = "threadLocked" in open.dataset || "themeLocked" in open.dataset;
  if ("locked" in open.dataset === is) return;
  open.toggleAttribute("data-locked", is);
  document.dispatchEvent(new CustomEvent("page:locked"));
}

function theme(change) {
  const open = document.querySelector(`#comments[data-thread][data-theme="${change.id}"]`);
  if (open) lock(open, "data-theme-locked", change.locked);
  document.dispatchEvent(new CustomEvent("live:stances", { detail: change.stances }));
  return settle(change, `theme-${change.id}`, change.html, null);
}

/** Threads stand with the newest first: they keep their places while people talk in them. */
function insertThread(list, fresh, place) {
  const isPart = "goesOn" in list.dataset;
  // In any other order nothing that is there moves; what is not there may stand on another page.
  if ("sorted" in list.dataset) return (!isPart || list.dataset.sorted === "activity") && list.prepend(fresh);
  const older = rowBefore(list, place);
  if (!older) return isPart || list.append(fresh);
  if (older.previousElementSibling || !("beginsLater" in list.dataset)) older.before(fresh);
}

/** The row before which a thread belongs; in any order but the usual one that is the first. */
function rowBefore(list, place) {
  const rows = [...list.children];
  return "sorted" in list.dataset ? rows[0] : rows.find((row) => Number(row.dataset.place) < place);
}

/**
 * The list is flat and in reading order. A reply stands behind its parent's earlier answers and all that is
 * below them: before the first comment that is not below the parent, or that is a later answer to it.
 */
function insertComment(list, fresh, change) {
  if (!change.parent) return list.prepend(fresh);
  const parent = document.getElementById(`comment-${change.parent}`);
  const isPart = "goesOn" in list.dataset || "beginsLater" in list.dataset;
  if (!parent) return isPart || document.dispatchEvent(new CustomEvent("live:resync"));
  const place = lastBefore(parent, change);
  // Behind the last comment of a page that goes on stands something that is not loaded: it belongs there.
  if ("goesOn" in list.dataset && !following(place)) return;
  afterItsBox(place).after(fresh);
}

/** The comment behind which an answer to `parent` stands. */
function lastBefore(parent, change) {
  let place = parent;
  for (let next = following(parent); next; next = following(next)) {
    const level = Number(next.dataset.level);
    if (level < change.level || (level === change.level && Number(next.dataset.number) > change.number)) break;
    place = next;
  }
  return place;
}

function following(comment) {
  let next = comment.nextElementSibling;
  while (next && !next.classList.contains("comment")) next = next.nextElementSibling;
  return next;
}

/** A box opened below a comment belongs to it: nothing comes between the two. */
function afterItsBox(comment) {
  const next = comment.nextElementSibling;
  return next?.classList.contains("box") ? next : comment;
}
