// What was sent and has not arrived: it waits on this device and goes when the line is back, from whatever page is
// open then. Each carries the key of its form, so that a second arrival makes no second comment.
import { forget, keep, recall } from "../lib/storage.js";
import { word } from "../lib/messages.js";

const BOX = "outbox";
const FIRST_WAIT = 3_000; // ms; doubled with each try
const LONGEST_WAIT = 60_000; // ms
let wait = FIRST_WAIT;
let timer = 0;

export function keepSending() {
  if (!document.body.dataset.person) return;
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", () => !document.hidden && soon());
  addEventListener("storage", () => show());
  if (waiting().length) soon();
}

/** Notes a form's words as to be sent, before they are: a crash on the way loses nothing. */
export function enqueue(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const entry = {
    key: form.elements.key.value,
    place: form.dataset.place,
    action: form.getAttribute("action"),
    fields,
    page: location.pathname + location.search,
  };
  const isKept = keep(BOX, [...waiting().filter((other) => other.key !== entry.key), entry]);
  return { ...entry, isKept };
}

export function unqueue(key) {
  const left = waiting().filter((entry) => entry.key !== key);
  if (left.length) keep(BOX, left);
  else forget(BOX);
  show();
}

/** Sends one entry: {kind: "sent", body}, {kind: "refused", sentence, page}, {kind: "waiting"}, or {kind: "unsent"} where
 * it cannot wait, because this browser stores nothing. */
export async function deliver(entry) {
  const result = await attempt(entry);
  if (result.kind === "waiting" && entry.isKept === false) return { kind: "unsent" };
  if (result.kind === "waiting") {
    later();
    show();
  } else unqueue(entry.key);
  return result;
}

function waiting() {
  return recall(BOX) ?? [];
}

function soon() {
  wait = FIRST_WAIT;
  flush();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(flush, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

async function flush() {
  clearTimeout(timer);
  for (const entry of waiting()) {
    document.dispatchEvent(new CustomEvent("outbox:delivering", { detail: { key: entry.key } }));
    const result = await deliver(entry);
    settle(entry, result);
    if (result.kind === "waiting") return;
  }
  show();
}

/** Tells the box that waits, if it is on this page; otherwise the words of a refused one stay a draft. */
function settle(entry, result) {
  if (result.kind === "sent") forget(entry.place);
  if (result.kind === "refused") noteRefusal(entry, result.sentence);
  document.dispatchEvent(new CustomEvent("outbox:delivered", { detail: { key: entry.key, ...result } }));
  if (result.kind !== "waiting") tell(entry, result);
}

function noteRefusal(entry, sentence) {
  const fields = Object.fromEntries(entry.fields);
  const known = recall(entry.place) ?? { title: "", note: "", ...fields, draft: Number(fields.draft ?? 0) };
  keep(entry.place, { ...known, dirty: true, refused: sentence });
}

async function attempt(entry) {
  const answer = await post(entry);
  if (!answer || answer.status >= 500 || answer.status === 429) return { kind: "waiting" };
  const kind = answer.headers.get("Content-Type") ?? "";
  if (answer.ok && kind.startsWith("application/json")) return { kind: "sent", body: await answer.json() };
  if (answer.ok && answer.redirected) return { kind: "sent", body: { url: answer.url } };
  if (!kind.startsWith("text/html")) return { kind: "refused", sentence: word("notTaken") };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = page.querySelector(".reply-box .notice:not([hidden]) p, .notice.error p, .error-text, .why-not, main .lead, .notice p");
  return { kind: "refused", page, sentence: said?.textContent.trim() ?? word("notTaken") };
}

/** Posts an entry; once more with fresh protection if it was refused, as after logging in anew in another window. */
async function post(entry) {
  const once = (token) => {
    const body = new URLSearchParams(entry.fields);
    body.set("csrfmiddlewaretoken", token);
    const headers = { Accept: "application/json", "Parley-Part": "1" };
    return fetch(entry.action, { method: "POST", body, headers }).catch(() => null);
  };
  const answer = await once(document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  if (answer?.status !== 403 || !answer.headers.has("Parley-Refresh")) return answer;
  const anew = await fetch(entry.action, { headers: { "Parley-Part": "1" } }).catch(() => null);
  const page = anew?.ok && new DOMParser().parseFromString(await anew.text(), "text/html");
  const token = page && page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  return token ? once(token) : answer;
}

/** One quiet line on every page says that something waits, where it went, or why it was refused. */
function show() {
  const line = document.getElementById("outbox");
  if (!line || line.dataset.kind) return;
  const count = waiting().length;
  line.hidden = !count;
  line.textContent = count ? word("inOutbox").replace("%s", count) : "";
}

function tell(entry, { kind, body, sentence }) {
  if (entry.page === location.pathname + location.search) return; // the box itself says it
  const line = document.getElementById("outbox");
  const link = document.createElement("a");
  link.href = kind === "sent" ? body.url : entry.action;
  link.textContent = word(kind === "sent" ? "seeIt" : "backToIt");
  line.replaceChildren(kind === "sent" ? word("delivered") : `${word("notDelivered")} ${sentence}`, " ", link);
  line.dataset.kind = kind;
  line.hidden = false;
}
