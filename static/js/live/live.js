// Follows the themes of this page: what changes arrives by itself, and after any interruption the page ends
// as if it had just been loaded. Says at any time whether that is so. What a frame is worth is decided in follower.js.
import { forgetAll, forgetSince, overflow, pause, receive, waitingCount } from "./incoming.js";
import { filled } from "../lib/plural.js";
import { Follower, SILENCE } from "./follower.js";
import { openLine } from "./transports.js";
import { noteNews, quiet } from "../lib/live-region.js";
import { emptyPage, fetchPage, takeOverPage } from "./renewal.js";
import { capRevisions } from "../thread/elements.js";
import { showWriting } from "./writing.js";

const LONGEST_WAIT = 30_000; // ms between two tries; each waits a random part, so that many do not return at once
const SPREAD = 4_000; // ms over which the pages of many followers load themselves anew
const TRIES_EACH = 3; // failed tries before another kind of connection is tried
const BETTER_AGAIN = 300_000; // ms after which a page on a lesser connection tries the best one again
const REST_AFTER = 60_000; // ms a hidden page keeps its connection
const MANY = 500; // changes that wait while nobody looks; then the page rests and asks for them later

let follower = null;
const following = {}; // feed → about how many follow it
let ways = [];
let way = 0;
let line = null; // the connection that is open or opening
let failures = 0;
let tries = 0;
let timer = 0;
let asking = 0; // the timer of the next question
let resting = 0;
let since = 0; // when the state began that is shown
let shown = "";
let isPaused = false;
let pausedAt = 0;
let loading = 0; // the timer of loading the page anew
let isOver = false; // nothing public is left at this address

export function followThemes() {
  const asked = document.body.dataset.follow;
  if (!asked) return;
  follower = new Follower(JSON.parse(asked));
  capRevisions(follower.positions);
  ways = document.body.dataset.liveVia.split(" ");
  addEventListener("online", soon);
  addEventListener("offline", () => line?.end());
  addEventListener("pageshow", (event) => event.persisted && soon());
  addEventListener("pagehide", drop);
  document.addEventListener("resume", soon); // the browser had frozen the page
  document.addEventListener("visibilitychange", onVisibility);
  document.addEventListener("live:resync", ({ detail }) => scheduleReload(detail?.isShared ? SPREAD : 0));
  document.querySelector("#live [data-pause]")?.addEventListener("click", (event) => togglePause(event.currentTarget));
  setInterval(doDue, SILENCE / 4);
  setInterval(() => way > 0 && follower.isOpen && !isPaused && better(), BETTER_AGAIN);
  connect();
}

function soon() {
  tries = 0;
  doDue(); // a computer that slept may hold a connection that is dead: no event says so
  connect();
}

function connect() {
  clearTimeout(timer);
  if (line || isOver || document.hidden) return;
  show("catching");
  const mine = openLine(ways[way], () => follower.positions, {
    opened: () => follower.isOpen || follower.opened(Date.now()),
    heard: (message) => line === mine && hear(message),
    ended: () => ended(mine),
  });
  line = mine;
}

function ended(mine) {
  if (line !== mine) return;
  failures += 1;
  if (failures >= TRIES_EACH) [way, failures] = [(way + 1) % ways.length, 0];
  forgetLine();
  if (document.hidden) return;
  show("paused");
  const wait = Math.random() * Math.min(LONGEST_WAIT, 1000 * 2 ** tries);
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}

function forgetLine() {
  clearTimeout(asking);
  line = null;
  for (const step of follower.closed()) STEPS[step.act](step);
}

/** Ends the connection without a word: the page means to. */
function drop() {
  clearTimeout(timer);
  const mine = line;
  forgetLine();
  mine?.end();
}

function better() {
  way = 0;
  drop();
  connect();
}

/** A page that nobody sees keeps its connection for a minute, and then rests until it is looked at again. */
function onVisibility() {
  clearTimeout(resting);
  if (document.hidden) {
    follower.hold();
    resting = setTimeout(sleep, REST_AFTER);
    return;
  }
  follower.release();
  soon();
}

/** While the reader pauses the page it goes on hearing: what is taken back leaves it all the same. */
function togglePause(button) {
  [isPaused, pausedAt] = [!isPaused, Date.now()];
  button.textContent = isPaused ? button.dataset.textGoOn : button.dataset.textPause;
  if (isPaused) quiet();
  pause(isPaused);
  say();
}

/** What waits is forgotten, and asked for again when somebody looks. */
function sleep() {
  if (follower.resumeFrom) forgetSince(follower.resumeFrom);
  follower.rest();
  drop();
}

function hear(message) {
  const steps = follower.heard(message, Date.now());
  // Only now it is known that the connection carries anything: who is sent away at once must not come again at once.
  [tries, failures] = [0, 0];
  if (!follower.isStale && !follower.gaps.size) show("live");
  for (const step of steps) STEPS[step.act](step);
  askInTime();
}

/** Does what the clock demands, and comes again when the next thing is due. */
function doDue() {
  for (const step of follower.due(Date.now())) STEPS[step.act](step);
  askInTime();
}

function askInTime() {
  clearTimeout(asking);
  if (follower.askAt !== null) asking = setTimeout(doDue, follower.askAt - Date.now());
}

const STEPS = {
  apply,
  rest: sleep,
  writing: ({ comment }) => isPaused || showWriting(comment),
  beat: ({ feed, following: count }) => showFollowing(feed, count),
  gone: () => scheduleReload(SPREAD), // the page says what is left of it
  load: () => loadWithin(SPREAD),
  ask: ({ positions }) => line?.ask(positions),
  end: () => line?.end(),
};

function apply(step) {
  forgetPosting();
  const theme = Number(step.feed.split(":")[1]);
  receive(theme, step.changes);
  document.dispatchEvent(new CustomEvent("live:frame", { detail: { ...step, theme } }));
  if (!isPaused) noteNews(theme, step.changes, step.since);
  if (waitingCount() <= MANY) return;
  if (document.hidden) sleep();
  else overflow();
}

/** What is missing here comes with the whole page; however often that is found out, it is fetched once. */
function scheduleReload(within) {
  if (follower.lose()) loadWithin(within);
}

function loadWithin(spread) {
  loading = setTimeout(loadAnew, Math.random() * spread);
}

/** Fetches the page and takes over what it shows, keeping what is being written. */
async function loadAnew() {
  clearTimeout(loading);
  show("catching");
  const { page, isGone, movedTo } = await fetchPage();
  if (isGone || movedTo) return leave(movedTo);
  if (!page) {
    show("paused");
    loading = setTimeout(loadAnew, SPREAD * (1 + Math.random()));
    return;
  }
  if (document.getElementById("stage")) return location.reload(); // nobody writes there
  forgetPosting();
  forgetAll();
  follower.loaded(takeOverPage(page));
  drop(); // the connection begins again from the positions of this page
  soon();
}

/** There is nothing to follow here any more. */
function leave(movedTo) {
  isOver = true;
  drop();
  forgetPosting();
  forgetAll();
  show("closed");
  emptyPage(movedTo);
}

/** What search engines were told of the page is true of the page as it came; what has been removed must leave it, too. */
function forgetPosting() {
  document.querySelector("script[type='application/ld+json']")?.remove();
}

/** About how many follow a theme of this page; of several, the most. */
function showFollowing(feed, n) {
  const place = document.querySelector("#live [data-following]");
  if (!place) return;
  following[feed] = n;
  const most = Math.max(...Object.values(following));
  place.hidden = !most;
  place.textContent = most ? filled(place.dataset.text, { n: most }) : "";
}

/** The state of the connection; trying again is no new state: the time since when nothing comes must stay true. */
function show(state) {
  if (state === shown || (shown === "paused" && state === "catching")) return;
  [shown, since] = [state, Date.now()];
  say();
}

/** Says the state with the time since when it is so; what the reader paused is said before anything else. */
function say() {
  const place = document.getElementById("live");
  if (!place) return;
  const [told, at] = isPaused ? ["held", pausedAt] : [shown, since];
  place.hidden = false;
  place.dataset.state = told;
  const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { timeStyle: "short" }).format(at);
  const text = filled(place.dataset[`text${told[0].toUpperCase()}${told.slice(1)}`] ?? "", { time });
  const words = place.querySelector("[data-live-state]");
  if (words.textContent !== text) words.textContent = text;
}
