// Walks a thread by keyboard: n and p through what is unread, [ and ] among siblings, u to what is answered.
import { goTo, unread } from "./reading.js";

const WORDS = "input, textarea, select, [contenteditable]";

export function walkByKeys() {
  if (!document.querySelector("#comments > .comment")) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(WORDS)) return;
    const walk = { n: () => step(1), p: () => step(-1), "[": () => sibling(-1), "]": () => sibling(1), u: parent, "?": help }[event.key];
    if (walk) {
      event.preventDefault();
      walk();
    }
  });
}

function comments() {
  return [...document.querySelectorAll("#comments > .comment:not([hidden])")];
}

/** Where the reader is: the comment they walked to, or the first one on screen. */
function here() {
  return document.querySelector(".comment.is-here") ?? comments().find((c) => c.getBoundingClientRect().bottom > 0);
}

function step(direction) {
  const place = here();
  const news = unread();
  const isBehind = (c) => place.compareDocumentPosition(c) & Node.DOCUMENT_POSITION_FOLLOWING;
  const found = direction > 0 ? news.find((c) => isBehind(c)) ?? news[0] : news.filter((c) => c !== place && !isBehind(c)).at(-1);
  goTo(found);
}

function sibling(direction) {
  const place = here();
  const siblings = comments().filter((c) => c.dataset.parent === place.dataset.parent);
  goTo(siblings[siblings.indexOf(place) + direction]);
}

function parent() {
  goTo(document.getElementById(`comment-${here().dataset.parent}`));
}

function help() {
  const dialog = document.getElementById("keys");
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}
