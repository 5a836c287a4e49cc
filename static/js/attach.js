// Adds files as soon as they are chosen, pasted or dropped: by the time the words are written they are there.
import { say, word } from "./words.js";

const LARGEST = 5_000_000; // bytes, as the server has it

export function offerFiles(form) {
  const field = form.querySelector("[data-files]");
  if (!field) return;
  const input = field.querySelector("[data-file-input]");
  input.removeAttribute("name"); // what is chosen goes by itself; the form carries only names
  field.querySelector("[data-plain-only]").remove();
  input.addEventListener("change", () => addAll(form, field, [...input.files]).then(() => (input.value = "")));
  form.addEventListener("paste", (event) => taken(event, event.clipboardData));
  form.addEventListener("drop", (event) => taken(event, event.dataTransfer));

  function taken(event, carried) {
    const files = [...(carried?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    addAll(form, field, files);
  }
}

export async function takeOut(form, button) {
  const line = button.closest("[data-file]");
  const next = form.querySelector("textarea[data-source]");
  await post(`/files/${line.dataset.file}/drop/`, form, new FormData());
  line.remove();
  next.focus({ preventScroll: true });
}

async function addAll(form, field, files) {
  for (const file of files) await add(form, field, file);
}

async function add(form, field, file) {
  if (file.size > LARGEST) return say(form, word("fileLarge"), "bad");
  say(form, word("adding").replace("%s", file.name), "wait");
  const body = new FormData();
  for (const [name, value] of new FormData(form)) if (name === "key" || name.startsWith("alt-")) body.append(name, value);
  body.append("file", file);
  const answer = await post(field.dataset.files, form, body);
  if (!answer?.ok) return say(form, (await answer?.json().catch(() => null))?.sentence ?? word("notAdded"), "bad");
  const line = document.createRange().createContextualFragment(await answer.text());
  const list = field.querySelector("[data-attached]");
  list.append(line);
  list.lastElementChild.querySelector("input[type=text]")?.focus({ preventScroll: true });
  say(form, word("added").replace("%s", file.name));
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function post(address, form, body) {
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  return fetch(address, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
}
