// The keys of the moderators' desk. A decision is public: no key picks what nobody chose, and Ctrl with Enter sends what
// was typed and chosen on the card, and nothing else.
import { onKey } from "../lib/keys.js";
import { onShortcut } from "../lib/single-keys.js";
import { fillLists } from "./parts.js";

let intent = ""; // what Ctrl and Enter send

/** `card` tells which card has the keys; `acts` are by key. */
export function followKeys(card, acts) {
  const all = { ...acts, r: () => explain(card(), "reject"), e: () => explain(card(), "revise") };
  onKey(document, (event) => hold(event, card()));
  onShortcut((key, event) => press(key, event, card(), all));
}

/** The keys went to another card. */
export function forgetIntent() {
  intent = "";
  for (const button of document.querySelectorAll("[data-intended]")) delete button.dataset.intended;
}

/** The keys that are no letters act everywhere on the card, also where somebody types. */
function hold(event, card) {
  if (!card?.contains(event.target)) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && intent) send(event, card);
  if (event.key === "Escape") card.focus();
}

function press(key, event, card, acts) {
  if (event.repeat && !"jk".includes(key)) return; // a key that is held down decides once
  const act = actOn(card, key) ?? acts[key];
  if (!act) return;
  event.preventDefault();
  act();
}

function send(event, card) {
  event.preventDefault();
  if (!event.repeat) card.querySelector(`[data-review] button[value=${intent}]`)?.click();
}

/** What a key does on this card alone: follows a link, or picks the article with this number. */
function actOn(card, key) {
  if (!card || "decided" in card.dataset) return null;
  const link = card.querySelector(`a[data-key="${CSS.escape(key)}"]`);
  if (link) return () => link.click();
  if (/^[0-9]$/.test(key)) fillLists(card);
  const article = /^[0-9]$/.test(key) && card.querySelectorAll(".chips input[type=radio]")[Number(key)];
  return article ? () => choose(card, article) : null;
}

/** In sight: what a key chose can be read before anything is sent. */
function choose(card, article) {
  card.querySelector("details.why").open = true;
  article.checked = true;
  article.scrollIntoView({ block: "nearest" });
}

function explain(card, decision) {
  const why = card?.querySelector("details.why");
  if (!why || "decided" in card.dataset) return;
  fillLists(card);
  forgetIntent();
  intent = decision;
  why.querySelector(`button[value=${decision}]`).dataset.intended = "";
  why.open = true;
  why.querySelector("textarea").focus();
}
