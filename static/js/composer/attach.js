// Adds files as soon as they are chosen, pasted or dropped: by the time the words are written they are there. A line
// for each shows at once, asks what a picture shows, and takes the file out again, also while it is on its way.
import { stop, stopAll, tellOfFiles, upload } from "./uploads.js";
import { say, word } from "../lib/messages.js";

const LARGEST = 5_000_000; // bytes, as the server has it
const offered = new WeakSet();
let lines = 0;

/** Safe to repeat. */
export function offerFiles(form) {
  const field = form.querySelector("[data-files]");
  if (!field || offered.has(form)) return;
  offered.add(form);
  const input = field.querySelector("[data-file-input]");
  input.removeAttribute("name"); // what is chosen goes by itself; the form carries only names
  field.querySelector("[data-plain-only]")?.remove();
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file can be chosen again
    addAll(form, field, files);
  });
  form.addEventListener("paste", (event) => taken(event, event.clipboardData));
  form.addEventListener("drop", (event) => taken(event, event.dataTransfer));
  form.addEventListener("box:closing", () => stopAll(form));

  function taken(event, carried) {
    const files = [...(carried?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    addAll(form, field, files);
  }
}

export async function takeOut(form, button) {
  const line = button.closest("[data-file]");
  await drop(form, line.dataset.file);
  line.remove();
  backToWords(form);
}

function addAll(form, field, files) {
  if (form.dataset.state === "sending") return; // the words are on their way without them
  for (const line of field.querySelectorAll("[data-failed]")) line.remove();
  const asked = files.map((file) => add(form, field, file)).find((input) => input);
  asked?.focus({ preventScroll: true });
  form.dispatchEvent(new Event("input", { bubbles: true })); // words that wait for a line wait for this, too
}

/** Gives a file its line, and returns the field that asks what it shows, if there is one. */
function add(form, field, file) {
  const line = lineFor(form, field, file);
  const entry = { name: file.name, work: () => bring(form, field, file, line, entry) };
  line.querySelector("[data-stop]").addEventListener("click", () => {
    line.remove();
    if (!("failed" in line.dataset)) takeBack(form, entry);
    backToWords(form);
  });
  upload(form, entry);
  return line.querySelector("input");
}

/** A file that was still on its way; with it goes what waited for it. */
function takeBack(form, entry) {
  const wasToGo = form.dataset.state === "arriving";
  if (wasToGo) form.dataset.state = "";
  stop(form, entry);
  say(form, wasToGo ? word("notSent") : "");
  tellOfFiles(form);
}

function lineFor(form, field, file) {
  const line = field.querySelector("[data-underway-line]").content.firstElementChild.cloneNode(true);
  for (const place of line.querySelectorAll("[data-name]")) place.textContent = file.name;
  const alt = line.querySelector("[data-alt]");
  if (file.type.startsWith("image/")) {
    const [label, input] = [alt.querySelector("label"), alt.querySelector("input")];
    label.htmlFor = input.id = `underway-${(lines += 1)}`;
  } else alt.remove();
  field.querySelector("[data-attached]").append(line);
  return line;
}

/** Brings a file to the server, and its line from there in the place of this one. Says whether it is there. */
async function bring(form, field, file, line, entry) {
  if (file.size > LARGEST) return failed(form, line, file, word("fileLarge"));
  const key = form.elements.key.value;
  const body = new FormData();
  for (const [name, value] of new FormData(form)) if (name === "key" || name.startsWith("alt-")) body.append(name, value);
  body.append("file", file);
  const answer = await post(field.dataset.files, form, body);
  const text = (await answer?.text().catch(() => "")) ?? "";
  const arrived = answer?.ok && document.createRange().createContextualFragment(text).querySelector("[data-file]");
  if (!arrived) return !entry.isStopped && failed(form, line, file, sentenceIn(text));
  if (entry.isStopped || !form.isConnected || form.elements.key.value !== key) {
    drop(form, arrived.dataset.file); // it was taken out, or came too late for this box, and belongs to no other
    return false;
  }
  takePlace(line, arrived);
  if (form.querySelector("[data-state-line]").dataset.kind !== "bad") say(form, word("added").replace("%s", file.name));
  form.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

/** What was typed about a picture while it was on its way goes on where it was. */
function takePlace(line, arrived) {
  const [typed, field] = [line.querySelector("input"), arrived.querySelector("input[type=text]")];
  const hadFocus = line.contains(document.activeElement);
  if (typed && field) field.value = typed.value;
  line.replaceWith(arrived);
  if (!hadFocus) return;
  const next = field ?? arrived.querySelector("button");
  next.focus({ preventScroll: true });
  if (typed && field) field.setSelectionRange(typed.selectionStart, typed.selectionEnd);
}

function failed(form, line, file, sentence) {
  const hadFocus = line.contains(document.activeElement);
  line.dataset.failed = "";
  line.querySelector("[data-alt]")?.remove();
  Object.assign(line.querySelector("[data-problem]"), { className: "error-text", textContent: sentence });
  if (hadFocus) backToWords(form);
  const said = `${file.name}: ${sentence}`;
  say(form, form.dataset.state === "arriving" ? `${word("notSent")} ${said}` : said, "bad");
  return false;
}

function sentenceIn(text) {
  try {
    return JSON.parse(text).sentence ?? word("notAdded");
  } catch {
    return word("notAdded");
  }
}

function backToWords(form) {
  form.querySelector("textarea[data-source]").focus({ preventScroll: true });
}

function drop(form, token) {
  return post(`/files/${token}/drop/`, form, new FormData());
}

function post(address, form, body) {
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  return fetch(address, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
}
