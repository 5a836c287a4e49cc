// A box in which somebody writes: brings together what keeps, shows and sends the words.
/*! @github/markdown-toolbar-element 2.2.3, Copyright (c) 2017-2018 GitHub, Inc., MIT: /static/vendor/markdown-toolbar-element/LICENSE */
import "../../vendor/markdown-toolbar-element/index.js";
import { offerFiles, takeOut } from "./attach.js";
import { keepDraft, saveNow } from "./drafts.js";
import { watchReplyTarget } from "./reply-target.js";
import { offerNames } from "./mention.js";
import { showPreview } from "./preview.js";
import { insertQuotes } from "./quote.js";
import { callOff, send } from "./send.js";
import { countLeft, grow } from "./textareas.js";
import { onKey } from "../lib/keys.js";
import { ownClocks } from "../lib/time.js";

const NEW = "form[data-compose]";
const begun = new WeakSet();

/** Safe to repeat. */
export function begin(form) {
  if (begun.has(form)) return;
  begun.add(form);
  form.dataset.begun = "";
  ownClocks(form);
  keepDraft(form);
  watchReplyTarget(form);
  grow(form);
  countLeft(form);
  offerNames(form);
  offerFiles(form);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(NEW)) return;
  const act = event.submitter?.value;
  event.preventDefault();
  if (event.target.dataset.state === "sending") return;
  if (act === "preview") return showPreview(event.target, event.submitter);
  if (act === "draft") return saveNow(event.target);
  if (act?.startsWith("drop-")) return takeOut(event.target, event.submitter);
  send(event.target);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(NEW);
  if (!form) return;
  grow(form);
  countLeft(form);
});

// Sends from the keyboard, as people know it from elsewhere.
onKey(document, (event) => {
  if (event.key === "Escape") return document.querySelectorAll(NEW).forEach(callOff);
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.(NEW);
  if (form) form.requestSubmit(form.querySelector("[type=submit]:not([name])"));
});

insertQuotes();
