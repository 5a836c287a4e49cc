// Sends what somebody wrote. What cannot be sent now waits in the outbox; what is refused stays where it was typed.
import { focusIn, opened } from "./boxes.js";
import { forgetDraft } from "./drafts.js";
import { deliver, enqueue, unqueue } from "./outbox.js";
import { announce, apply } from "./tree.js";
import { say, word } from "./words.js";

export async function send(form) {
  if (form.dataset.state === "sending") return;
  form.dataset.state = "sending";
  say(form, word("sending"), "wait");
  const entry = enqueue(form);
  const result = await deliver(entry);
  if (!form.isConnected) return;
  form.dataset.state = "";
  if (result.kind === "sent") return sent(form, result.body);
  if (result.kind === "waiting") return wait(form);
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

function wait(form) {
  form.dataset.state = "waiting";
  say(form, word("waiting"), "wait");
  const changed = () => {
    unqueue(form.elements.key.value); // other words than those that wait: they are sent by hand again
    form.dataset.state = "";
    say(form, "");
  };
  form.addEventListener("input", changed, { once: true });
  document.addEventListener("parley:delivered", (event) => {
    if (event.detail.key !== form.elements.key.value || !form.isConnected) return;
    form.removeEventListener("input", changed);
    form.dataset.state = "";
    if (event.detail.kind === "sent") sent(form, event.detail.body);
    else refused(form, event.detail);
  });
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
  form.elements.knows.value = "";
  form.querySelector(".notice")?.remove();
  const button = form.querySelector("[data-usual]"); // it asked for a review of what is sent now
  if (button) button.textContent = button.dataset.usual;
  form.elements.key.value = crypto.randomUUID?.().replaceAll("-", "") ?? `${Date.now()}${Math.random()}`.replace(".", "");
  form.dataset.state = "";
  form.querySelector("[data-preview]").hidden = true;
  form.querySelector("[data-attached]")?.replaceChildren();
  say(form, "");
}
