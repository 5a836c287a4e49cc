// Opens what belongs to a comment in place: the box for a reply, or the acts behind "…". What is written in a box
// is kept by other modules, so that closing it loses nothing.
import { element } from "./elements.js";

let begin = null; // what helps to write; pages for readers without an account do not have it

export function openBoxes() {
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[data-reply], a[data-acts], a[data-cancel], a[data-write]");
    if (!link) return;
    if ("write" in link.dataset) return writeHere(event, link);
    if ("cancel" in link.dataset) return close(event, link);
    if (!link.closest("#comments")) return;
    event.preventDefault();
    openBelow(link);
  });
  document.addEventListener("composer:quote", (event) => openReply(event.target));
}

/** `help` is called with each form in which somebody writes: those on the page now, and those that open later. */
export function beginWith(help) {
  begin = help;
  for (const form of document.querySelectorAll("form[data-compose]")) begin(form);
}

/** Loads what the link leads to and puts it below the comment; without an answer the link is followed. */
async function openBelow(link) {
  const comment = link.closest(".comment");
  const open = boxBelow(comment);
  if (open?.dataset.of === link.href) {
    if (!written(open)) open.remove();
    return link.focus();
  }
  if (open && written(open)) return focusIn(open);
  const foot = footBox(link);
  if (foot && written(foot)) return focusIn(foot, { scrolls: true });
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href, { headers: { "Parley-Part": "1" } }).catch(() => null);
  link.removeAttribute("aria-busy");
  if (!answer) return; // no line: leaving the page would lose sight of what is written elsewhere on it
  if (!answer.ok) return location.assign(link.href);
  const box = "reply" in link.dataset ? element(await answer.text()) : wrapped(await answer.text());
  box.dataset.of = link.href;
  boxBelow(comment)?.remove();
  comment.after(box);
  opened(box.querySelector("form[data-compose]"));
  box.scrollIntoView({ block: "nearest" });
  focusIn(box);
}

/** Turns a box that leads to writing into one to write in; without an answer the link is followed. */
async function writeHere(event, link) {
  event.preventDefault();
  const box = link.closest(".reply-box");
  const answer = await fetch(box.dataset.here, { headers: { "Parley-Part": "1" } }).catch(() => null);
  if (!answer?.ok) return location.assign(link.href);
  const fresh = element(await answer.text());
  box.replaceWith(fresh);
  opened(fresh.querySelector("form[data-compose]"));
  focusIn(fresh);
}

/** The box for answering a comment, open already or opened now; null where it cannot be had. */
async function openReply(comment) {
  const link = comment.querySelector("a[data-reply]");
  const open = boxBelow(comment);
  if (link && !open?.querySelector("form[data-compose]")) await openBelow(link);
  const area = boxBelow(comment)?.querySelector("textarea[data-source]");
  if (area) area.dispatchEvent(new CustomEvent("composer:quote-here", { bubbles: true }));
}

function close(event, link) {
  const box = link.closest("#comments > .box");
  if (!box) return;
  event.preventDefault();
  const comment = box.previousElementSibling;
  box.querySelector("form[data-compose]")?.dispatchEvent(new Event("box:closing"));
  box.remove();
  comment?.querySelector("[data-reply]")?.focus();
}

/** Brings what helps to write to a form that has opened; without it the form is sent the plain way. */
export function opened(form) {
  if (form) begin?.(form);
}

export function focusIn(box, { scrolls = false } = {}) {
  const words = box.querySelector("textarea[data-source]"); // the toolbar stands before it
  const first = words ?? box.querySelector("textarea, input:not([type=hidden]), a, button") ?? box;
  first.focus({ preventScroll: !scrolls });
  if (first.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
}

function written(box) {
  return box.querySelector("[data-attached] > li") || [...box.querySelectorAll("textarea")].some((area) => area.value.trim());
}

function boxBelow(comment) {
  const next = comment.nextElementSibling;
  return next?.classList.contains("box") ? next : null;
}

/** The box below the thread, where it answers the same comment: both keep one draft, so only one is written in. */
function footBox(link) {
  return document.querySelector(`.foot-box [data-here="${link.pathname}?foot"]`);
}

function wrapped(html) {
  const box = document.createElement("div");
  box.className = "box acts-box";
  box.append(element(html));
  return box;
}
