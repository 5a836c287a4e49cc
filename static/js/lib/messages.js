// The sentences that scripts say while somebody writes: they come with the page, in its language.
export function word(name) {
  return document.getElementById("writing-words")?.dataset[name] ?? "";
}

/** The state of what is being written, beside the box; the same sentence is not said twice. */
export function say(form, sentence, kind = "") {
  const line = form.querySelector("[data-state-line]");
  if (line.textContent !== sentence) line.textContent = sentence;
  line.dataset.kind = kind;
}
