// Keeps what somebody writes: in this browser with every stroke, on the server after a moment of rest.
import { forget, keep, recall } from "../lib/storage.js";
import { ownClock } from "../lib/time.js";
import { underWay } from "./uploads.js";
import { say, word } from "../lib/messages.js";

const REST = 1500; // ms without a stroke after which the server gets the words
const AGAIN = 15_000; // ms between two tries while the server does not answer
const FIELDS = ["title", "source", "note"];
const timers = new WeakMap();
const saving = new WeakMap(); // form → its save that is under way; two at once would take each other for another window's
const failures = new WeakSet(); // forms of whose file the line tells that it failed, until somebody writes on
const again = new WeakSet(); // forms with words that came too late for it

/** Puts back what this browser knows better than the page, and keeps whatever is typed from now on. */
export function keepDraft(form) {
  restore(form);
  form.addEventListener("input", () => typed(form));
  form.addEventListener("composer:file", ({ detail }) => {
    if (!detail.isThere && form.querySelector("[data-failed]")) failures.add(form);
  });
  addEventListener("pagehide", () => form.isConnected && flush(form));
  document.addEventListener("visibilitychange", () => document.hidden && form.isConnected && flush(form));
  addEventListener("online", () => form.isConnected && flush(form));
}

export function wordsOf(form) {
  return Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]?.value ?? ""]));
}

/** The words are a comment now, or discarded: nothing of them stays behind. */
export function forgetDraft(form) {
  clearTimeout(timers.get(form));
  saving.delete(form);
  again.delete(form);
  forget(form.dataset.place);
}

export function saveNow(form) {
  remember(form, { dirty: true });
  return save(form);
}

function restore(form) {
  const known = recall(form.dataset.place);
  if (!known || same(known, wordsOf(form))) return;
  const version = Number(form.elements.draft.value);
  const isEmpty = !wordsOf(form).source.trim() || (version === 0 && form.elements.source.value === form.elements.source.defaultValue);
  // What the server had and has no longer was sent or discarded elsewhere; what it never got is only here.
  if (!known.dirty) return forget(form.dataset.place);
  if (known.draft === version || (isEmpty && version === 0)) return fill(form, known);
  offer(form, known);
}

function fill(form, known) {
  for (const name of FIELDS) if (form.elements[name]) form.elements[name].value = known[name];
  form.elements.key.value = known.key;
  if (known.seen !== undefined) form.elements.seen.value = known.seen;
  say(form, word(known.refused ? "refused" : "restored").replace("%s", known.refused ?? ""));
  form.elements.source.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Two sets of words for one box: the page's stay, the browser's can be had by a button. */
function offer(form, known) {
  const line = document.createElement("p");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "linkish";
  button.textContent = word("useOurs");
  button.addEventListener("click", () => {
    const page = wordsOf(form);
    fill(form, known);
    Object.assign(known, page);
  });
  line.append(word("twoDrafts"), " ", button);
  line.className = "small";
  form.querySelector(".words").before(line);
}

function typed(form) {
  failures.delete(form);
  const isKept = remember(form, { dirty: true });
  if (!isKept) say(form, word("notKept"), "bad");
  later(form, REST);
}

function later(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

function flush(form) {
  if (recall(form.dataset.place)?.dirty) save(form);
}

function remember(form, facts) {
  const words = wordsOf(form);
  if (!Object.values(words).some((text) => text.trim()) && form.elements.draft.value === "0") {
    forget(form.dataset.place);
    return true;
  }
  const { key, seen, draft } = form.elements;
  return keep(form.dataset.place, { ...words, key: key.value, seen: seen.value, draft: Number(draft.value), ...facts });
}

async function save(form) {
  clearTimeout(timers.get(form));
  if (form.dataset.state === "sending" || form.dataset.state === "sent" || !form.isConnected) return;
  if (saving.has(form)) return again.add(form);
  const sent = wordsOf(form);
  saving.set(form, sent);
  const answer = await fetch(form.dataset.draftUrl, {
    method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: sent.source.length < 15_000,
    headers: { Accept: "application/json" },
  }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (saving.get(form) !== sent) return; // these words are a comment by now
  saving.delete(form);
  answered(form, sent, answer, told);
  if (again.delete(form)) save(form);
}

function answered(form, sent, answer, told) {
  if (answer?.ok && told) return saved(form, sent, told);
  if (answer?.status === 409 && told?.draft) return savedElsewhere(form, told);
  const isKept = remember(form, { dirty: true });
  note(form, told?.sentence ?? word(isKept ? "onlyHere" : "notKept"), isKept ? "wait" : "bad");
  if (!answer || answer.status >= 500) later(form, AGAIN);
}

/** Says how the draft stands, unless the line has more to tell: what was sent, waits to be, or is on its way. */
function note(form, sentence, kind) {
  if (form.dataset.state || (kind !== "bad" && (underWay(form) || failures.has(form)))) return;
  say(form, sentence, kind);
}

function saved(form, sent, told) {
  form.elements.draft.value = told.draft;
  const isCurrent = same(sent, wordsOf(form));
  remember(form, { dirty: !isCurrent });
  if (isCurrent) note(form, told.draft ? word("saved").replace("%s", ownClock(told.at)) : "");
}

/** Another device saved other words: ours stay in the box, theirs are shown, and the next saving takes ours. */
function savedElsewhere(form, told) {
  form.elements.draft.value = told.draft;
  if (told.source === form.elements.source.value) return remember(form, { dirty: false });
  remember(form, { dirty: true });
  note(form, told.sentence, "bad");
  if (!form.querySelector("[data-elsewhere]")) offerElsewhere(form, told);
}

function offerElsewhere(form, told) {
  offer(form, { ...wordsOf(form), source: told.source, key: form.elements.key.value });
  form.querySelector(".words").previousElementSibling.dataset.elsewhere = "";
}

function same(a, b) {
  return FIELDS.every((name) => (a[name] ?? "") === (b[name] ?? ""));
}
