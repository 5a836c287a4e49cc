// The moderators' desk without reloading: decisions in place, claims, what colleagues do, and what is new.
import { offerSwitch, toggle } from "../lib/single-keys.js";
import { followKeys, forgetIntent } from "./keys.js";
import { count, fillLists, made, show, showClaim, token, undoForm } from "./parts.js";
import { sendClaim, RENEW } from "./claims.js";

const OFFER_UNDO = 10_000; // ms
const LOOK_EVERY = 30_000; // ms; hints come sooner
const desk = document.getElementById("desk");
const said = document.querySelector("[data-desk-said]");
let current = null; // the card that has the keys
let last = null; // the newest decision of this page, or several made as one: where to undo it
const sending = new WeakSet(); // forms whose answer is not here yet: a second press is no second decision
let renewing = 0;
let looking = 0;

if (desk) begin();

function begin() {
  const help = document.getElementById("desk-keys");
  followKeys(() => current, {
    j: () => step(1), k: () => step(-1), a: () => decide("approve"), t: () => decide("trust"), u: undoLast, x: pick, "?": () => toggle(help),
  });
  desk.addEventListener("submit", submit);
  desk.addEventListener("click", (event) => event.target.closest("[data-load]") && loadAnew(event.target.closest("[data-card]")));
  desk.addEventListener("toggle", (event) => event.target.open && fillLists(event.target.closest("[data-card]")), true);
  desk.addEventListener("focusin", (event) => take(event.target.closest("[data-card]")));
  bulk()?.addEventListener("submit", submitMany);
  notice().addEventListener("submit", submit);
  document.addEventListener("change", (event) => event.target.name === "pick" && countPicked());
  document.addEventListener("desk:hint", soon);
  newButton().addEventListener("click", fetchNew);
  document.querySelector("[data-desk-more]")?.remove();
  look();
  offerSwitch(help, document.querySelector("[data-keys-button]"));
  setInterval(() => document.hidden || look(), LOOK_EVERY);
  addEventListener("pagehide", leave);
}

function cards() {
  return [...desk.querySelectorAll("[data-card]:not([data-decided])")];
}

function step(direction) {
  const all = cards();
  const from = all.indexOf(current);
  const next = current && from < 0 ? nearest(all) : all[Math.min(all.length - 1, Math.max(0, from + direction))];
  if (next === current && direction > 0 && !newButton().closest("p").hidden) return fetchNew();
  next?.focus();
}

/** What brings the cards that are not here yet: those of later pages, and those that have come since. */
function newButton() {
  return document.querySelector("[data-desk-new] button");
}

/** The card that stands where a decided one did, or the last one. */
function nearest(all) {
  return all.find((card) => current.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING) ?? all.at(-1);
}

function decide(decision) {
  if (current && !("decided" in current.dataset)) current.querySelector(`[data-review] button[value=${decision}]`)?.click();
}

function pick() {
  const box = current?.querySelector("input[name=pick]");
  if (!box) return;
  box.checked = !box.checked;
  countPicked();
}

function countPicked() {
  const n = document.querySelectorAll("input[name=pick]:checked").length;
  const place = document.querySelector("[data-picked]");
  if (place) place.textContent = n ? `(${n})` : "";
}

/** The card in focus is taken for this moderator, and the one before it is given back. */
function take(card) {
  if (!card || card === current || "decided" in card.dataset) return;
  leave();
  current?.classList.remove("is-here");
  forgetIntent();
  current = card;
  card.classList.add("is-here");
  claim("take");
  renewing = setInterval(() => document.hidden || claim("take"), RENEW);
}

function leave() {
  clearInterval(renewing);
  if (current && !("decided" in current.dataset)) claim("leave");
}

async function claim(act) {
  if (!(await sendClaim(current, act))) soon();
}

/** The form for all that are picked, and the line that tells what became of them. */
function bulk() {
  return document.getElementById("bulk");
}

function notice() {
  return document.querySelector("[data-desk-told]");
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  if (sending.has(form)) return;
  const card = form.closest("[data-card]");
  const told = await post(form, new FormData(form, event.submitter));
  if (form.matches("[data-take-over]")) return showClaim(card, told.problem ?? "");
  if (form.matches("[data-undo]")) return undone(form.closest("[data-told]"), told);
  if (told.decided) return decided(card, told);
  const here = told.card ? replace(card, made(told.card)) : card;
  if (told.card) here.focus();
  if (told.problem) show(here.querySelector("[data-review]"), told.problem);
  soon();
}

async function submitMany(event) {
  event.preventDefault();
  const form = event.target;
  if (sending.has(form)) return;
  const told = await post(form, new FormData(form, event.submitter));
  if (told.problem) return show(form, told.problem);
  for (const [id, state] of Object.entries(told.states)) {
    const card = document.getElementById(`card-${id}`);
    if (card && !("decided" in card.dataset)) decided(card, { decided: state.decided }, false);
  }
  form.querySelector("details").open = false;
  form.querySelector("[data-problem]").hidden = true;
  const line = notice().querySelector("p");
  [notice().hidden, line.textContent] = [false, told.said];
  say(told.said);
  if (told.undo) offerUndo(line, told.undo);
  countPicked();
  soon();
}

async function post(form, body) {
  sending.add(form);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body), headers: { Accept: "application/json" } }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  sending.delete(form);
  return told ?? { problem: desk.dataset.textFailed };
}

/** What this page itself is deciding comes back with its own answer. */
function isSending(card) {
  return [...card.querySelectorAll("form")].some((form) => sending.has(form));
}

/** A decided card stays, greyed, with who decided and a way back; the next one gets the keys. */
function decided(card, told, goesOn = true) {
  const had = card.contains(document.activeElement) || card === current;
  if (card === current) clearInterval(renewing);
  card.dataset.decided = "";
  card.querySelector("input[name=pick]")?.remove();
  for (const part of card.querySelectorAll("[data-review], [data-take-over], [data-claim-text], [data-edited], :has(> [data-key]), .notice-decided")) part.remove();
  const line = document.createElement("p");
  line.className = "notice-decided small";
  line.dataset.told = "";
  line.textContent = told.problem || told.decided;
  card.append(line);
  say(line.textContent);
  if (told.undo) offerUndo(line, told.undo, !told.problem);
  if (goesOn && had) (nearest(cards()) ?? newButton()).focus();
  soon();
}

/** The way back stands beside what was decided; for ten seconds it is the first thing to see there. */
function offerUndo(line, url, isMine = true) {
  const form = undoForm(url, desk.dataset.textUndo);
  line.append(" ", form);
  if (!isMine) return;
  last = { url, line };
  setTimeout(() => form.classList.add("is-late"), OFFER_UNDO);
}

async function undoLast() {
  const form = last?.line.querySelector("[data-undo]");
  if (!form || sending.has(form)) return;
  const { line } = last;
  undone(line, await post(form, new FormData(form)));
}

/** What waits again has its card again, wherever it was undone: beside one card, or beside many at once. */
function undone(line, told) {
  if (told.problem) {
    line.querySelector("[data-problem]")?.remove();
    const problem = Object.assign(document.createElement("span"), { textContent: ` ${told.problem}` });
    problem.dataset.problem = "";
    line.append(problem);
    return say(told.problem);
  }
  const back = Object.entries(told.cards).map(([id, html]) => {
    const [card, fresh] = [document.getElementById(`card-${id}`), made(html)];
    if (!card) desk.append(fresh);
    return card ? replace(card, fresh) : fresh;
  });
  last = null;
  const words = told.said ?? desk.dataset.textUndone;
  if (line.isConnected) line.textContent = words;
  back[0]?.focus();
  say(words);
  soon();
}

function replace(card, fresh) {
  if (card === current) current = null;
  card.replaceWith(fresh);
  countPicked();
  return fresh;
}

/** The card with the text that its author has written since; what was typed about the old one stays. */
async function loadAnew(card) {
  const asked = new URL(card.dataset.decide, location.href);
  asked.searchParams.set("seen", card.dataset.seen);
  const answer = await fetch(asked, { headers: { Accept: "application/json" } }).catch(() => null);
  const told = answer?.ok && (await answer.json().catch(() => null));
  if (!told) return show(card.querySelector("[data-review]"), desk.dataset.textFailed);
  const fresh = made(told.card);
  if (!card.querySelector("[data-lists]")) fillLists(fresh);
  fresh.querySelector("details.why").open = card.querySelector("details.why").open;
  for (const field of card.querySelectorAll("[data-review] :is(textarea, input:checked)")) {
    const same = [...fresh.querySelectorAll(`[name="${field.name}"]`)];
    if (field.matches("textarea")) same[0].value = field.value;
    else for (const radio of same) radio.checked = radio.value === field.value;
  }
  replace(card, fresh).focus();
}

function soon() {
  clearTimeout(looking);
  looking = setTimeout(look, 200 + Math.random() * 400);
}

async function look(more = {}) {
  const shown = cards();
  const asked = new URL(desk.dataset.news, location.href);
  asked.searchParams.set("ids", shown.map((card) => card.dataset.card).join(","));
  asked.searchParams.set("end", desk.dataset.end);
  for (const [name, value] of Object.entries(more)) asked.searchParams.set(name, value);
  const answer = await fetch(asked, { headers: { Accept: "application/json" } }).catch(() => null);
  const news = answer?.ok && (await answer.json().catch(() => null));
  if (!news) return null;
  count(document.querySelector("[data-desk-count]"), news.count);
  document.title = document.title.replace(/\(\d+\)/, `(${news.count})`);
  for (const place of document.querySelectorAll("[data-tab]")) place.textContent = news.counts[place.dataset.tab];
  const button = newButton();
  button.closest("p").hidden = !(news.new || news.later);
  button.textContent = (news.new ? button.dataset.textNew : button.dataset.textLater).replace("%(n)s", news.new || news.later);
  for (const card of shown) applyState(card, news.states[card.dataset.card]);
  if (news.seen_url && !document.hidden) see(news.seen_url);
  return news;
}

/** Who has this queue before them needs no notification of it. */
function see(url) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token() });
  fetch(url, { method: "POST", body, headers: { "Parley-Part": "1" } }).catch(() => null);
}

/** What a colleague or the author did to a card meanwhile. */
function applyState(card, state) {
  if (!state || "decided" in card.dataset || isSending(card)) return;
  if (!state.waiting) return decided(card, { decided: state.decided, undo: state.undo }, false);
  if (card.dataset.seen) card.querySelector("[data-edited]").hidden = state.seen === card.dataset.seen;
  showClaim(card, state.claim);
}

/** What is new or, where nothing is, the next page. A card that comes again takes the place of the one it was. */
async function fetchNew() {
  const news = await look({ cards: "1" });
  if (!news) return;
  desk.dataset.end = news.end;
  const here = new Set(cards().map((card) => card.dataset.card));
  const fresh = news.cards.map(made).filter((card) => !here.has(card.dataset.card));
  for (const card of fresh) desk.querySelector(`[data-card="${card.dataset.card}"]`)?.remove();
  desk.append(...fresh);
  if (fresh.length) document.querySelector("[data-desk-empty]")?.remove();
  if (fresh.length && bulk()) bulk().hidden = false;
  fresh[0]?.focus();
  await look();
}

function say(text) {
  said.textContent = text;
}
