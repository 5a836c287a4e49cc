// Keeps the number of notifications true: a hint over a private socket says when to look, HTTP says what there is.
const LOOK_EVERY = 60_000; // ms; a lost hint costs no more
const LONGEST_WAIT = 60_000; // ms between two tries to connect
const LASTED = 5_000; // ms after which a connection was one
const JITTER = 800; // ms over which the pages of many people spread their looks
let bell = null;
let tries = 0;
let timer = 0;

export function keepNotified() {
  document.addEventListener("submit", (event) => event.target.matches("[data-follow-form]") && follow(event));
  bell = document.querySelector("[data-notifications]");
  if (!bell) return;
  for (const kind of ["click", "auxclick"]) document.addEventListener(kind, see);
  document.addEventListener("desk:hint", soon);
  setInterval(() => document.hidden || look(), LOOK_EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  connect();
}

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/me/`);
  let opened = 0;
  socket.addEventListener("open", () => {
    opened = Date.now();
    if (tries) lookAgain(); // what was hinted at meanwhile was not heard
  });
  socket.addEventListener("message", (event) => {
    if (JSON.parse(event.data).look === "desk") return document.dispatchEvent(new CustomEvent("desk:hint"));
    lookForNews();
  });
  socket.addEventListener("close", (event) => {
    if (event.code === 4401) return; // nobody is logged in any more
    if (opened && Date.now() - opened > LASTED) tries = 0; // who is sent away at once (4429) must not come again at once
    setTimeout(connect, 1000 + Math.random() * Math.min(LONGEST_WAIT, 1000 * 2 ** tries));
    tries += 1;
  });
}

/** Who follows a notification has seen it; its address alone marks nothing, so that looking ahead writes nothing. */
function see(event) {
  const link = event.target.closest("a[data-see]");
  if (!link || event.button > 1) return;
  const body = new URLSearchParams({ csrfmiddlewaretoken: link.closest("li").querySelector("[name=csrfmiddlewaretoken]").value });
  fetch(link.dataset.see, { method: "POST", body, keepalive: true, headers: { "Parley-Part": "1" } }).catch(() => null);
}

function lookForNews() {
  soon();
  document.dispatchEvent(new CustomEvent("notify:received"));
}

function lookAgain() {
  lookForNews();
  document.dispatchEvent(new CustomEvent("desk:hint"));
}

function soon() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, Math.random() * JITTER);
}

async function look() {
  const answer = await fetch(bell.dataset.notifications).catch(() => null);
  if (!answer?.ok) return;
  const { label, waiting } = await answer.json();
  const moderate = document.querySelector("[data-decisions]");
  if (moderate && moderate.textContent !== waiting) moderate.textContent = waiting;
  const count = bell.querySelector("[data-count]");
  if (count.textContent === label) return;
  count.textContent = label;
  const list = document.getElementById("notifications");
  if (list && !list.contains(document.activeElement)) renew(list);
}

async function renew(list) {
  const answer = await fetch(location.href, { headers: { "Parley-Part": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("notifications");
  if (fresh) list.replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("page:changed"));
}

/** The button says at once what was chosen; if the server does not answer, it says again what is true. */
async function follow(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  const answer = await fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "Parley-Part": "1" },
  }).catch(() => null);
  const told = answer?.ok && (await answer.json().catch(() => null));
  if (!told) return form.submit();
  button.setAttribute("aria-pressed", String(told.follows));
  button.textContent = told.follows ? form.dataset.textOn : form.dataset.textOff;
  form.elements.follow.value = told.follows ? "0" : "1";
}
