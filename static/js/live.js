// Follows the themes of this page: what changes arrives by itself, and after any interruption the page ends
// as if it had just been loaded. Says at any time whether that is so.
import { forgetAll, forgetSince, overflow, pause, receive, waitingCount } from "./arrivals.js";
import { filled } from "./counted.js";
import { openLine } from "./lines.js";
import { holdFocus, holdPlace } from "./place.js";
import { noteNews, quiet } from "./polite.js";
import { announce, forgetApplied, renewHead } from "./tree.js";
import { showWriting } from "./writing.js";

const LONGEST_WAIT = 30_000; // ms between two tries; each waits a random part, so that many do not return at once
const SILENCE = 60_000; // ms without a word after which a line that claims to be open is not believed
const SPREAD = 4_000; // ms over which the pages of many followers load themselves anew
const TRIES_EACH = 3; // failed tries before another kind of line is tried
const BETTER_AGAIN = 300_000; // ms after which a page on a lesser line tries the best one again
const REST_AFTER = 60_000; // ms a hidden page keeps its line
const MANY = 500; // changes that wait while nobody looks; then the page rests and asks for them later

let revisions = {}; // theme → the revision this page has heard of
let resumeFrom = null; // theme → the revision when the page began to hold changes back
const following = {}; // theme → about how many follow it
let ways = [];
let way = 0;
let end = null; // ends the line that is open or opening
let isOpen = false;
let failures = 0;
let tries = 0;
let timer = 0;
let resting = 0;
let heardAt = 0;
let since = 0; // when the state began that is shown
let shown = "";
let isPaused = false;
let pausedAt = 0;
let isLost = false; // changes are missing here that no frame will bring: the page must be loaded anew
let loading = 0; // the timer of that

export function followThemes() {
  const asked = document.body.dataset.follow;
  if (!asked) return;
  revisions = JSON.parse(asked);
  ways = document.body.dataset.liveVia.split(" ");
  addEventListener("online", soon);
  addEventListener("offline", () => end?.());
  addEventListener("pageshow", (event) => event.persisted && soon());
  addEventListener("pagehide", drop);
  document.addEventListener("visibilitychange", turn);
  document.addEventListener("parley:lost", () => lose(0));
  document.querySelector("#live [data-pause]")?.addEventListener("click", (event) => togglePause(event.currentTarget));
  setInterval(() => end && isOpen && Date.now() - heardAt > SILENCE && end(), SILENCE / 4);
  setInterval(() => way > 0 && isOpen && !isPaused && better(), BETTER_AGAIN);
  connect();
}

function soon() {
  tries = 0;
  connect();
}

function connect() {
  clearTimeout(timer);
  if (end || document.hidden) return;
  show("catching");
  const mine = openLine(ways[way], () => revisions, {
    opened: () => mineIsOpen(),
    heard: (frame) => end === mine && hear(frame),
    ended: () => ended(mine),
  });
  end = mine;
}

function mineIsOpen() {
  if (isOpen) return;
  [isOpen, heardAt] = [true, Date.now()];
}

function ended(mine) {
  if (end !== mine) return;
  failures += 1;
  if (failures >= TRIES_EACH) [way, failures] = [(way + 1) % ways.length, 0];
  [end, isOpen] = [null, false];
  if (document.hidden) return;
  show("paused");
  const wait = Math.random() * Math.min(LONGEST_WAIT, 1000 * 2 ** tries);
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}

/** Ends the line without a word: the page means to. */
function drop() {
  clearTimeout(timer);
  const close = end;
  [end, isOpen] = [null, false];
  close?.();
}

function better() {
  way = 0;
  drop();
  connect();
}

/** A page that nobody sees keeps its line for a minute, and then rests until it is looked at again. */
function turn() {
  clearTimeout(resting);
  if (document.hidden) {
    hold();
    resting = setTimeout(rest, REST_AFTER);
    return;
  }
  if (!isPaused) resumeFrom = null;
  soon();
}

function togglePause(button) {
  [isPaused, pausedAt] = [!isPaused, Date.now()];
  button.textContent = isPaused ? button.dataset.textGoOn : button.dataset.textPause;
  if (isPaused) [hold(), quiet()];
  else resumeFrom = null;
  pause(isPaused);
  say();
  if (!isPaused) soon();
}

/** From here on changes wait; whatever becomes of them, they can be asked for again from here. */
function hold() {
  resumeFrom ??= { ...revisions };
}

function rest() {
  forgetSince(resumeFrom);
  revisions = { ...resumeFrom };
  drop();
}

function hear(frame) {
  mineIsOpen();
  // Only now it is known that the line carries anything: whoever is sent away at once must not come again at once.
  [heardAt, tries, failures] = [Date.now(), 0, 0];
  if (!isLost) show("live");
  if (frame.following !== undefined) showFollowing(frame.theme, frame.following);
  if (frame.beat) return;
  if (frame.writing) return isPaused || showWriting(frame.writing);
  if (frame.gone) return show("closed");
  if (frame.reset && resumeFrom) return rest(); // it will be told so again when somebody looks
  if (frame.reset) return lose(Math.random() * SPREAD);
  forgetPosting();
  const before = revisions[frame.theme] ?? 0;
  receive(frame.theme, frame.changes);
  document.dispatchEvent(new CustomEvent("parley:heard", { detail: { frame, since: before } }));
  if (!isPaused) noteNews(frame.theme, frame.changes, before);
  if (!isLost) revisions[frame.theme] = Math.max(before, frame.revision);
  if (waitingCount() <= MANY) return;
  if (resumeFrom) rest();
  else overflow();
}

/** What is missing here comes with the whole page; however often that is found out, it is fetched once. */
function lose(wait) {
  if (isLost) return;
  isLost = true;
  loading = setTimeout(loadAnew, wait);
}

/** Fetches the page and takes over what it shows, keeping what is being written. */
async function loadAnew() {
  clearTimeout(loading);
  show("catching");
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const text = answer?.ok && (await answer.text().catch(() => null));
  if (!text) {
    show("paused");
    loading = setTimeout(loadAnew, SPREAD * (1 + Math.random()));
    return;
  }
  if (document.getElementById("stage")) return location.reload(); // nobody writes there
  forgetPosting();
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const [back, refocus] = [holdPlace(), holdFocus()];
  for (const id of ["comments", "threads", "themes", "wall"]) takeOver(document.getElementById(id), fresh.getElementById(id));
  for (const head of fresh.querySelectorAll("[id^=head-]")) renewHead(head.id, () => document.getElementById(head.id)?.replaceWith(head));
  revisions = JSON.parse(fresh.body.dataset.follow || "{}");
  isLost = false;
  forgetAll();
  forgetApplied();
  announce();
  refocus();
  back();
  drop(); // the line begins again from the revisions of this page
  soon();
}

/** What search engines were told of the page is true of the page as it came; what has been removed must leave it, too. */
function forgetPosting() {
  document.querySelector("script[type='application/ld+json']")?.remove();
}

function takeOver(here, fresh) {
  if (!here || !fresh) return;
  const wasLocked = "locked" in here.dataset;
  for (const name of ["locked", "threadLocked", "themeLocked", "goesOn", "beginsLater"]) {
    if (name in fresh.dataset) here.dataset[name] = "";
    else delete here.dataset[name];
  }
  const boxes = [...here.querySelectorAll(":scope > .box")].map((box) => [box.previousElementSibling?.id, box]);
  here.replaceChildren(...fresh.querySelectorAll(":scope > :not(.box)"));
  for (const [id, box] of boxes) (document.getElementById(id) ?? here.lastElementChild)?.after(box);
  if (wasLocked !== "locked" in here.dataset) document.dispatchEvent(new CustomEvent("parley:locked"));
}

/** About how many follow a theme of this page; of several, the most. */
function showFollowing(theme, n) {
  const place = document.querySelector("#live [data-following]");
  if (!place) return;
  following[theme] = n;
  const most = Math.max(...Object.values(following));
  place.hidden = !most;
  place.textContent = most ? filled(place.dataset.text, { n: most }) : "";
}

/** The state of the line; trying again is no new state: the time since when nothing comes must stay true. */
function show(state) {
  if (state === shown || (shown === "paused" && state === "catching")) return;
  [shown, since] = [state, Date.now()];
  say();
}

/** Says the state with the time since when it is so; what the reader paused is said before anything else. */
function say() {
  const line = document.getElementById("live");
  if (!line) return;
  const [told, at] = isPaused ? ["held", pausedAt] : [shown, since];
  line.hidden = false;
  line.dataset.state = told;
  const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { timeStyle: "short" }).format(at);
  const text = filled(line.dataset[`text${told[0].toUpperCase()}${told.slice(1)}`] ?? "", { time });
  const words = line.querySelector("[data-live-state]");
  if (words.textContent !== text) words.textContent = text;
}
