// Walks a thread by keyboard: n and p through what is unread, [ and ] among siblings, u to what is answered.
import { offerSwitch, onShortcut, toggle } from "../lib/single-keys.js";
import { goTo, unread } from "./reading.js";

export function walkByKeys() {
  if (!document.querySelector("#comments > .comment")) return;
  const help = document.getElementById("keys");
  const walks = {
    n: () => step(1), p: () => step(-1), "[": () => sibling(-1), "]": () => sibling(1), u: parent, "?": () => toggle(help),
  };
  onShortcut((key, event) => {
    if (!(key in walks)) return;
    event.preventDefault();
    walks[key]();
  });
  if (help) offerSwitch(help, document.querySelector("[data-keys-button]"));
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
