// Follows the themes of this page: what changes arrives by itself, and after any interruption the page ends
// as if it had just been loaded.
import { holdFocus, holdPlace } from "./place.js";
import { announce, apply } from "./tree.js";

const LONGEST_WAIT = 30_000; // ms between two tries; each waits a random part, so that many do not return at once
const SILENCE = 60_000; // ms without a word after which a socket that claims to be open is not believed

const SPREAD = 4_000; // ms over which the pages of many followers load themselves anew

let revisions = {}; // theme → the revision this page shows
let socket = null;
let tries = 0;
let timer = 0;
let heard = 0;

export function followThemes() {
  const asked = document.body.dataset.follow;
  if (!asked) return;
  revisions = JSON.parse(asked);
  window.addEventListener("online", soon);
  window.addEventListener("offline", () => show("paused"));
  window.addEventListener("pageshow", (event) => event.persisted && soon());
  document.addEventListener("visibilitychange", () => !document.hidden && !isOpen() && soon());
  document.addEventListener("parley:lost", loadAnew);
  setInterval(() => isOpen() && Date.now() - heard > SILENCE && socket.close(), SILENCE / 4);
  connect();
}

function isOpen() {
  return socket?.readyState === WebSocket.OPEN;
}

function soon() {
  tries = 0;
  connect();
}

function connect() {
  clearTimeout(timer);
  if (socket && socket.readyState <= WebSocket.OPEN) return;
  show("catching");
  const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  socket = mine;
  mine.addEventListener("open", () => {
    tries = 0;
    heard = Date.now();
    mine.send(JSON.stringify({ follow: revisions }));
    show("live");
  });
  mine.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  mine.addEventListener("close", () => mine === socket && later());
}

function later() {
  show("paused");
  const wait = Math.random() * Math.min(LONGEST_WAIT, 1000 * 2 ** tries);
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}

function hear(frame) {
  heard = Date.now();
  if (frame.beat) return;
  if (frame.gone) return show("closed");
  if (frame.reset) return setTimeout(loadAnew, Math.random() * SPREAD);
  forgetPosting();
  const [back, refocus] = [holdPlace(), holdFocus()];
  for (const change of frame.changes) markNew(apply(change), change);
  announce();
  refocus();
  back();
  revisions[frame.theme] = Math.max(revisions[frame.theme] ?? 0, frame.revision);
}

/** What arrives while somebody reads is marked; what they sent themselves is in its place already. */
function markNew(applied, change) {
  const arrived = applied === "added" && document.getElementById(`${change.kind}-${change.id}`);
  if (!arrived || arrived.dataset.author === document.body.dataset.person) return;
  arrived.dataset[change.kind === "comment" ? "arrived" : "new"] = "";
}

/** Too far behind for catching up: fetches the page and takes over what it shows, keeping what is being written. */
async function loadAnew() {
  show("catching");
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return later();
  forgetPosting();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [back, refocus] = [holdPlace(), holdFocus()];
  for (const id of ["comments", "threads", "themes"]) takeOver(document.getElementById(id), fresh.getElementById(id));
  for (const head of fresh.querySelectorAll("[id^=head-]")) document.getElementById(head.id)?.replaceWith(head);
  revisions = JSON.parse(fresh.body.dataset.follow || "{}");
  announce();
  refocus();
  back();
  if (isOpen()) {
    socket.send(JSON.stringify({ follow: revisions }));
    show("live");
  }
}

/** What search engines were told of the page is true of the page as it came; what has been removed must leave it, too. */
function forgetPosting() {
  document.querySelector("script[type='application/ld+json']")?.remove();
}

function takeOver(here, fresh) {
  if (!here || !fresh) return;
  const boxes = [...here.querySelectorAll(":scope > .box")].map((box) => [box.previousElementSibling?.id, box]);
  here.replaceChildren(...fresh.querySelectorAll(":scope > :not(.box)"));
  for (const [id, box] of boxes) (document.getElementById(id) ?? here.lastElementChild)?.after(box);
}

function show(state) {
  const line = document.getElementById("live");
  if (!line) return;
  line.hidden = false;
  line.dataset.state = state;
  line.textContent = line.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`] ?? "";
}
