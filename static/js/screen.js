// The screen in the room: one slide at a time. What is new comes first; when it is quiet, what moderators have pinned
// goes round, or else the latest. What is taken back leaves the screen at once. Made to run for days.
import { followThemes } from "./live/live.js";
import { element } from "./thread/elements.js";

const AT_LEAST = 12_000; // ms a slide stays, even if another waits
const ENOUGH = 3; // pinned slides that can go round by themselves
const MOST = 24; // slides kept ready
const LENGTH = 260; // characters that can be read from afar

const stage = document.getElementById("stage");
const legend = new Map(JSON.parse(stage.dataset.themes).map((theme) => [theme.id, theme]));
const titles = new Map(); // thread → title
const pinned = take(document.getElementById("pinned"));
const latest = take(stage);
const fresh = []; // arrived, not shown yet
const begun = Math.max(0, ...latest.map((slide) => Number(slide.dataset.at))); // what moves here from elsewhere is no news
let turn = 0;

document.addEventListener("live:frame", ({ detail }) => hear(detail));
setInterval(next, AT_LEAST);
next();
followThemes();

function take(place) {
  const slides = [...place.querySelectorAll(".slide")];
  for (const slide of slides) titles.set(Number(slide.dataset.thread), slide.querySelector(".slide-thread").textContent);
  place.replaceChildren();
  return slides;
}

function hear({ theme, changes, since }) {
  for (const change of changes) if (change.kind === "thread") rename(change);
  for (const change of changes) if (change.kind === "comment") comment(change, theme, since);
}

function comment(change, theme, since) {
  const isPublic = Boolean(change.html) && change.status === "published";
  const isNews = isPublic && change.published > since && change.at > begun;
  const isKnown = [...pinned, ...latest, ...fresh].some((slide) => isOf(slide, change));
  const slide = isPublic && (isNews || isKnown) ? slideOf(change, theme) : null;
  const isPinned = isPublic && Boolean(element(change.html).querySelector(".pinned"));
  for (const list of [pinned, latest, fresh]) replace(list, change, slide);
  if (isPinned && !pinned.some((each) => isOf(each, change))) keep(pinned, slide ?? slideOf(change, theme));
  if (!isPinned) drop(pinned, change);
  if (isNews && !isKnown) keep(fresh, slide);
  const shown = stage.firstElementChild;
  if (shown && isOf(shown, change)) slide ? show(slide) : next();
  else if (!shown) next();
}

function replace(list, change, slide) {
  const place = list.findIndex((each) => isOf(each, change));
  if (place >= 0) list.splice(place, 1, ...(slide ? [slide] : []));
}

function drop(list, change) {
  replace(list, change, null);
}

function keep(list, slide) {
  list.push(slide);
  if (list.length > MOST) list.shift();
}

function isOf(slide, change) {
  return Number(slide.dataset.id) === change.id;
}

/** What is new, one after the other; then what is pinned, or the latest, in turn. */
function next() {
  const slide = fresh.shift();
  if (slide) {
    keep(latest, slide);
    return show(slide);
  }
  const others = latest.filter((each) => !pinned.some((pin) => pin.dataset.id === each.dataset.id));
  const round = pinned.length < ENOUGH ? [...pinned, ...others] : pinned;
  turn = (turn + 1) % Math.max(1, round.length);
  show(round[turn] ?? null);
}

function show(slide) {
  if (stage.firstElementChild === slide) return;
  stage.replaceChildren(...(slide ? [slide] : []));
  if (slide) document.querySelector("[data-empty]")?.remove();
}

function slideOf(change, theme) {
  const comment = element(change.html);
  const slide = document.getElementById("slide").content.firstElementChild.cloneNode(true);
  const { code = "", hue = "" } = legend.get(theme) ?? {};
  Object.assign(slide.dataset, { id: change.id, thread: change.thread, hue });
  const said = {
    ".theme-code": code,
    ".slide-thread": titles.get(change.thread) ?? "",
    ".slide-text": shortened(comment.querySelector(".comment-body")),
    ".name": comment.querySelector(".name")?.textContent ?? "",
    ".group": comment.querySelector(".group")?.textContent ?? "",
    ".organisation": comment.querySelector(".organisation")?.textContent ?? "",
    ".number": comment.querySelector(".number")?.textContent ?? "",
  };
  for (const [part, text] of Object.entries(said)) slide.querySelector(part).textContent = text;
  return slide;
}

/** The beginning of somebody's own words: what they quote is somebody else's. */
function shortened(body) {
  for (const quote of body.querySelectorAll("blockquote")) if (body.textContent !== quote.textContent) quote.remove();
  const text = body.textContent.replace(/\s+/g, " ").trim();
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH).replace(/\s\S*$/, "")}…`;
}

function rename(change) {
  const title = change.html && element(change.html).querySelector("h3 a")?.textContent;
  if (!title) return;
  titles.delete(change.id);
  titles.set(change.id, title);
  if (titles.size > 10 * MOST) titles.delete(titles.keys().next().value);
  for (const slide of [...pinned, ...latest, ...fresh, ...stage.children]) {
    if (Number(slide.dataset.thread) === change.id) slide.querySelector(".slide-thread").textContent = title;
  }
}
