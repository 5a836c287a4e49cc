// Saying in place how one stands to a comment. The page brings the buttons (#stance-parts) only for people who may
// press them; the numbers are part of each comment and come with its live changes.
import { announce, apply } from "./tree.js";

let parts = null;
let words = ""; // what an opener says while no stance is taken
let mine = {}; // comment → kind
let isOn = false; // whether the theme takes stances, as far as this page has heard
let held = null; // the opener that had the focus, in case its comment is replaced

export function takeStances() {
  document.addEventListener("submit", (event) => event.target.matches("form[data-stance]") && choose(event));
  if (!document.body.dataset.person || !document.querySelector("#comments[data-thread]")) return;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest(".stance-open");
    if (opener) openBelow(opener.closest(".comment"), opener);
  });
  document.addEventListener("focusin", (event) => (held = event.target.closest(".stance-open")));
  document.addEventListener("page:changed", offer);
  document.addEventListener("page:locked", renew);
  document.addEventListener("live:stances", ({ detail }) => {
    if (isOn === detail) return;
    isOn = detail;
    renew();
  });
  const template = document.getElementById("stance-parts");
  isOn = Boolean(template);
  use(template);
}

/** The thread was locked or opened, stances were switched off or on: a page made before knows only one of the two. */
async function renew() {
  if (!isOn || "locked" in document.getElementById("comments").dataset) return withdraw();
  if (parts) return offer();
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  use(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("stance-parts"));
}

function use(template) {
  parts = template;
  if (!parts) return;
  words = parts.content.querySelector(".stance-open").textContent;
  mine = JSON.parse(parts.dataset.mine);
  offer();
}

/** Where a box is open somebody is choosing: it stays, and says why not when they press. */
function withdraw() {
  for (const opener of document.querySelectorAll("#comments .stance-open")) {
    opener.nextSibling?.nodeType === Node.TEXT_NODE && opener.nextSibling.remove();
    opener.remove();
  }
}

/** Gives every comment of somebody else its opener, and says which stance is taken. */
function offer() {
  if (!parts || !isOn || "locked" in document.getElementById("comments").dataset) return;
  const lost = held && !held.isConnected && document.activeElement === document.body ? held.dataset.of : "";
  for (const comment of document.querySelectorAll("#comments > .comment:not([data-gone])")) {
    if (comment.dataset.author !== document.body.dataset.person) show(comment);
  }
  if (lost) openerOf(document.getElementById(`comment-${lost}`))?.focus({ preventScroll: true });
}

function show(comment) {
  let opener = openerOf(comment);
  if (!opener) {
    opener = parts.content.querySelector(".stance-open").cloneNode(true);
    opener.dataset.of = comment.dataset.id;
    opener.setAttribute("aria-describedby", `n-${comment.dataset.id}`);
    comment.querySelector("footer [data-acts]").before(opener, " ");
  }
  const kind = mine[comment.dataset.id] ?? "";
  const said = kind ? parts.content.querySelector(`[value="${kind}"]`).dataset.you : words;
  if (opener.textContent !== said) opener.textContent = said;
  opener.toggleAttribute("data-taken", Boolean(kind));
}

function openerOf(comment) {
  return comment?.querySelector(".stance-open");
}

/** The buttons stand below the comment, or on top of the box that is open there: nothing typed is moved. */
function openBelow(comment, opener) {
  const next = comment.nextElementSibling;
  const box = next?.classList.contains("box") ? next : null;
  const open = box?.querySelector("form[data-stance]");
  if (open) {
    (box.classList.contains("stance-box") ? box : open).remove();
    return opener.focus();
  }
  const form = parts.content.querySelector("form").cloneNode(true);
  const id = comment.dataset.id;
  form.action = `/comments/${id}/stance/`;
  form.dataset.of = id;
  form.querySelector("[role=group]").setAttribute("aria-describedby", `n-${id}`);
  press(form, mine[id] ?? "");
  if (box) box.prepend(form);
  else comment.after(boxed(form));
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("[aria-pressed=true], .stance-button").focus({ preventScroll: true });
}

function boxed(form) {
  const box = document.createElement("div");
  box.className = "box stance-box";
  box.append(form);
  return box;
}

/** Shows the choice at once, sends it, and takes it back with the reason if it is refused. */
async function choose(event) {
  const form = event.target;
  if (!form.dataset.of) return; // the comment's own page: sent as it is
  event.preventDefault();
  form.dataset.wish = event.submitter?.value ?? "";
  press(form, form.dataset.wish);
  if (form.dataset.state === "sending") return; // what is pressed meanwhile is sent next
  form.dataset.state = "sending";
  say(form, "");
  let [kind, refused] = ["", null];
  do {
    kind = form.dataset.wish;
    refused = await send(form, kind);
  } while (refused === null && form.dataset.wish !== kind);
  delete form.dataset.state;
  if (refused === null) return;
  press(form, mine[form.dataset.of] ?? "");
  say(form, refused);
}

/** Null if the stance was taken, otherwise the sentence that says why it was not. */
async function send(form, kind) {
  const body = new FormData(form);
  body.set("kind", kind);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "Parley-Part": "1" } }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok || !told?.change) return told?.sentence ?? parts.dataset.textNotSaved;
  mine[form.dataset.of] = told.kind;
  apply(told.change);
  announce();
  return null;
}

function press(form, kind) {
  for (const button of form.querySelectorAll("[aria-pressed]")) {
    button.setAttribute("aria-pressed", String(button.value === kind));
  }
  const back = form.querySelector(".stance-back");
  if (!kind && document.activeElement === back) form.querySelector(".stance-button").focus();
  back.hidden = !kind;
}

function say(form, sentence) {
  form.querySelector("[data-said]").textContent = sentence;
}
