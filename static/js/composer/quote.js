// Quotes the words somebody selected in a comment. "Ada, P-7:" at its head becomes a link to them when it is shown.
const SOME = /[^\s]/;
let chosen = null; // { comment, text }: what is selected now
let taken = null; // what the button was pressed for: opening a box moves the selection

/** Shows the button near a selection inside one comment's text. */
export function offerQuotes() {
  const button = document.getElementById("quote");
  if (!button) return;
  document.addEventListener("selectionchange", () => {
    chosen = selected();
    button.hidden = !chosen;
    if (chosen) standBy(button, getSelection().getRangeAt(0));
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", () => {
    if (!chosen) return;
    taken = chosen;
    const area = lastWritten();
    if (area) return insert(area);
    taken.comment.dispatchEvent(new CustomEvent("composer:quote", { bubbles: true }));
  });
}

/** Takes the quote when the box for it has opened. */
export function insertQuotes() {
  document.addEventListener("composer:quote-here", (event) => insert(event.target));
}

function selected() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount || !SOME.test(selection.toString())) return null;
  const within = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".comment-body");
  const body = within(selection.anchorNode);
  const comment = body?.closest(".comment");
  if (!comment || within(selection.focusNode) !== body || comment.closest("[data-locked]")) return null;
  return { comment, text: selection.toString() };
}

function standBy(button, range) {
  const rects = range.getClientRects();
  const last = rects[rects.length - 1] ?? range.getBoundingClientRect();
  const across = Math.min(Math.max(last.right, 8), innerWidth - button.offsetWidth - 8);
  button.style.setProperty("left", `${scrollX + across}px`);
  button.style.setProperty("top", `${scrollY + last.bottom + 6}px`);
}

/** The box somebody is writing in already: what they quote belongs there. */
function lastWritten() {
  const areas = [...document.querySelectorAll("form[data-compose] textarea[data-source]")];
  return areas.find((area) => area.value.trim() && area.checkVisibility?.() !== false) ?? null;
}

function insert(area) {
  const quote = markdown(taken);
  const at = area.selectionEnd || area.value.length; // nobody has been in the box yet: behind what stands there
  const before = area.value.slice(0, at).replace(/\s+$/, "");
  const after = area.value.slice(at).replace(/^\s+/, "");
  const text = `${before ? `${before}\n\n` : ""}${quote}\n\n`;
  area.value = text + after;
  area.focus({ preventScroll: true });
  area.setSelectionRange(text.length, text.length);
  area.scrollIntoView({ block: "nearest" });
  area.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges?.();
  area.focus({ preventScroll: true });
}

/** Words that show as they are: what would be markup, or call somebody again, is escaped. */
function plain(text) {
  const isInWord = (sign) => /[\p{L}\p{N}]/u.test(sign ?? "");
  return text.replace(/[\\*`<>[\]~_]/g, (sign, at) =>
    sign === "_" && isInWord(text[at - 1]) && isInWord(text[at + 1]) ? sign : `\\${sign}`);
}

function markdown({ comment, text }) {
  const name = plain(comment.querySelector(".name").textContent);
  const label = comment.querySelector(".number").textContent.trim();
  const lines = plain(text.trim()).split("\n");
  return [`${name}, ${label}:`, "", ...lines].map((line) => `> ${line}`.trimEnd()).join("\n");
}
