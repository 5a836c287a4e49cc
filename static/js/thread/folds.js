// Folds branches away and keeps what was folded for this reader. A folded branch says what it holds.
import { counted } from "../lib/plural.js";
import { announce } from "./tree.js";

let list = null;
let words = {};
let folded = new Set();

export function foldBranches() {
  list = document.querySelector("#comments");
  const bar = document.getElementById("folds");
  if (!list || !bar) return;
  words = bar.dataset;
  folded = new Set(recall());
  show();
  document.addEventListener("page:changed", show);
  document.addEventListener("thread:reveal", (event) => reveal(event.target));
  window.addEventListener("hashchange", () => reveal(document.querySelector(":target")));
  reveal(document.querySelector(":target"));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fold]");
    if (button) toggle(button.closest(".comment").dataset.id);
  });
  bar.addEventListener("click", (event) => {
    const all = event.target.closest("[data-fold-all], [data-fold-read], [data-unfold]");
    if (all) foldMany(all.dataset);
  });
}

function comments() {
  return [...list.querySelectorAll(":scope > .comment")];
}

/** What stands below each comment, by the comment's id; only for comments that have something below. */
function branches() {
  const below = new Map();
  const open = [];
  for (const comment of comments()) {
    const level = Number(comment.dataset.level);
    while (open.length && Number(open.at(-1).dataset.level) >= level) open.pop();
    // The opening holds the whole thread; folding it would leave nothing to read.
    for (const above of open) if (above.dataset.level !== "0") below.set(above, [...(below.get(above) ?? []), comment]);
    open.push(comment);
  }
  return below;
}

function show() {
  const below = branches();
  const hidden = new Set();
  for (const [comment, replies] of below) {
    if (folded.has(comment.dataset.id)) for (const reply of replies) hidden.add(reply);
  }
  for (const comment of comments()) {
    comment.hidden = hidden.has(comment);
    const box = comment.nextElementSibling;
    if (box?.classList.contains("box")) box.hidden = comment.hidden;
    label(comment, below.get(comment) ?? []);
  }
  document.getElementById("folds").hidden = below.size === 0;
}

function label(comment, replies) {
  let button = comment.querySelector("[data-fold]");
  if (!replies.length) return button?.remove();
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "act quiet";
    button.dataset.fold = "";
    (comment.querySelector("footer") ?? comment).append(button);
  }
  const isFolded = folded.has(comment.dataset.id);
  button.setAttribute("aria-expanded", String(!isFolded));
  button.textContent = isFolded ? held(replies) : words.textFold;
}

/** "12 replies, 3 unread, +2 new": what came while the page was open is told apart. */
function held(replies) {
  const arrived = replies.filter((reply) => "arrived" in reply.dataset && "new" in reply.dataset).length;
  const unread = replies.filter((reply) => "new" in reply.dataset && !("arrived" in reply.dataset)).length;
  const parts = [counted(document.getElementById("folds"), "hidden", replies.length)];
  if (unread) parts.push(`${unread} ${words.textUnread}`);
  if (arrived) parts.push(`+${arrived} ${words.textNew}`);
  return parts.join(", ");
}

function toggle(id) {
  if (!folded.delete(id)) folded.add(id);
  keep();
  show();
}

function foldMany({ foldAll, foldRead }) {
  folded = new Set();
  for (const [comment, replies] of branches()) {
    const isRead = !replies.some((reply) => "new" in reply.dataset);
    if (foldAll !== undefined || (foldRead !== undefined && isRead)) folded.add(comment.dataset.id);
  }
  keep();
  show();
}

/** Opens every fold above a comment that somebody wants to see. */
function reveal(comment) {
  if (!comment?.hidden) return;
  for (const [above, replies] of branches()) if (replies.includes(comment)) folded.delete(above.dataset.id);
  keep();
  show();
  announce();
  comment.scrollIntoView({ block: "start" });
}

function storageKey() {
  return `parley-folds-${list.dataset.thread}`;
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(storageKey()) ?? "[]");
  } catch {
    return [];
  }
}

function keep() {
  try {
    localStorage.setItem(storageKey(), JSON.stringify([...folded]));
  } catch {
    // A full or forbidden storage: the folds hold for this visit.
  }
}
