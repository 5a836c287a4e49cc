// Sends what somebody wrote, with the files that are on their way. What cannot be sent now waits in the outbox; what is
// refused stays where it was typed. A box has one state: "" (writing), "arriving" (Send waits for files), "sending",
// "waiting" (for a line) or "sent".
import { focusIn, opened } from "../thread/inline-forms.js";
import { forgetDraft } from "./drafts.js";
import { deliver, enqueue, unqueue } from "./outbox.js";
import { announce, apply } from "../thread/tree.js";
import { allArrived, tellOfFiles, underWay } from "./uploads.js";
import { say, word } from "../lib/messages.js";

const waits = new WeakMap(); // form → what ends its waiting for a line

export async function send(form) {
  if (["arriving", "sending"].includes(form.dataset.state)) return;
  if (underWay(form) && !(await filesArrive(form))) return;
  waits.get(form)?.abort();
  hold(form);
  say(form, word("sending"), "wait");
  ended(form, await deliver(enqueue(form)));
}

/** Whoever pressed Send while files were on their way thinks better of it. */
export function callOff(form) {
  if (form.dataset.state !== "arriving") return;
  form.dataset.state = "";
  tellOfFiles(form);
}

/** Waits for the files, and says whether the words can go now. */
async function filesArrive(form) {
  form.dataset.state = "arriving";
  tellOfFiles(form);
  const areThere = await allArrived(form);
  if (form.dataset.state !== "arriving") return false;
  form.dataset.state = "";
  return areThere && form.isConnected && form.reportValidity();
}

/** The words are on their way: what is typed or chosen now would not go with them. */
function hold(form) {
  form.dataset.state = "sending";
  freeze(form, true);
}

function freeze(form, isFrozen) {
  for (const field of form.querySelectorAll(":is(textarea, input[type=text])[name]")) field.readOnly = isFrozen;
  for (const field of form.querySelectorAll("input[type=file]")) field.disabled = isFrozen;
}

function ended(form, result) {
  if (!form.isConnected) return;
  form.dataset.state = "";
  freeze(form, false);
  if (result.kind === "sent") return sent(form, result.body);
  if (result.kind === "waiting") return wait(form);
  if (result.kind === "unsent") return say(form, word("cannotWait"), "bad");
  refused(form, result);
}

/** The comment is written: it takes its place and the box goes or is emptied. */
function sent(form, body) {
  form.dataset.state = "sent";
  forgetDraft(form);
  if (!body.change) return location.assign(body.url);
  apply(body.change);
  announce();
  const written = document.getElementById(`comment-${body.change.id}`);
  if (!written) return location.assign(body.url);
  const box = form.closest("#comments > .box");
  if (box) box.remove();
  else freshen(form);
  written.scrollIntoView({ block: "nearest" });
  written.setAttribute("tabindex", "-1");
  written.focus({ preventScroll: true });
}

/** Until the line is back, or other words are typed: those are sent by hand again. */
function wait(form) {
  form.dataset.state = "waiting";
  say(form, word("waiting"), "wait");
  const key = form.elements.key.value;
  const over = new AbortController();
  const { signal } = over;
  waits.set(form, over);
  form.addEventListener("input", () => changed(form, key, over), { signal });
  document.addEventListener("outbox:delivering", (event) => event.detail.key === key && hold(form), { signal });
  document.addEventListener("outbox:delivered", (event) => {
    if (event.detail.key !== key) return;
    over.abort();
    ended(form, event.detail);
  }, { signal });
}

function changed(form, key, over) {
  over.abort();
  unqueue(key);
  form.dataset.state = "";
  if (!underWay(form)) say(form, "");
}

function refused(form, { page, sentence }) {
  const fresh = page?.querySelector(".reply-box, form[data-compose]");
  const here = fresh?.matches(".reply-box") ? form.closest(".reply-box") : form;
  if (!fresh || !here) return say(form, sentence, "bad");
  fresh.dataset.of = here.dataset.of ?? "";
  here.replaceWith(fresh);
  opened(fresh.matches("form") ? fresh : fresh.querySelector("form[data-compose]"));
  fresh.scrollIntoView({ block: "nearest" });
  focusIn(fresh);
}

function freshen(form) {
  form.reset();
  for (const name of ["source", "title", "note"]) if (form.elements[name]) form.elements[name].value = "";
  form.elements.draft.value = "0";
  form.elements.acknowledged.value = "";
  form.querySelector(".notice")?.remove();
  const button = form.querySelector("[data-usual]"); // it asked for a review of what is sent now
  if (button) button.textContent = button.dataset.usual;
  form.elements.key.value = crypto.randomUUID?.().replaceAll("-", "") ?? `${Date.now()}${Math.random()}`.replace(".", "");
  form.dataset.state = "";
  form.querySelector("[data-preview]").hidden = true;
  form.querySelector("[data-attached]")?.replaceChildren();
  say(form, "");
}

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-state=arriving]")) event.preventDefault(); // Send was pressed, and nothing has gone yet
});
