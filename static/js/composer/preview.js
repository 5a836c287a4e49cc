// Shows what a text will look like: the server renders it as it will when it is sent.
import { say, word } from "../lib/messages.js";

export async function showPreview(form, button) {
  const panel = form.querySelector("[data-preview]");
  if (!panel.hidden && panel.dataset.of === form.elements.source.value) return hide(panel, button);
  const source = form.elements.source.value;
  button.setAttribute("aria-busy", "true");
  const answer = await fetch(form.dataset.previewUrl, {
    method: "POST", body: new URLSearchParams(new FormData(form)),
  }).catch(() => null);
  button.removeAttribute("aria-busy");
  const told = await answer?.json().catch(() => null);
  if (!told?.html) return say(form, told?.sentence ?? word("noPreview"), "bad");
  panel.querySelector(".comment-body").innerHTML = told.html; // rendered and cleaned as any comment is
  panel.dataset.of = source;
  panel.hidden = false;
  button.setAttribute("aria-expanded", "true");
  panel.scrollIntoView({ block: "nearest" });
}

function hide(panel, button) {
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
}
