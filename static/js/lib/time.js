// Turns the times of the last days into words ("3 hours ago"); the exact time stays in the title. What the reader has
// just done is told by their own clock.
const WEEK = 7 * 24 * 3600;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const MINUTE = 60_000;
const ROW = "p, li, dd, td, header, summary, div"; // what holds a time and the words around it

const { lang } = document.documentElement;
const language = lang === "en" ? "en-GB" : lang || undefined; // dates as the server writes them
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const absolute = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });

/** A time on the reader's own clock, with the day unless that is today. */
export function ownClock(iso) {
  const then = Date.parse(iso);
  const isToday = day.format(then) === day.format(Date.now());
  return isToday ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
}

export function ownClocks(root = document) {
  for (const element of root.querySelectorAll("time[data-own-clock]")) element.textContent = ownClock(element.dateTime);
}

function inWords(seconds) {
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return relative.format(0, "second");
}

export function relativeTimes(root = document, now = Date.now()) {
  const times = [...root.querySelectorAll("time[datetime][data-relative]")];
  if (root.matches?.("time[datetime][data-relative]")) times.push(root);
  const changes = [];
  for (const element of times) {
    const then = Date.parse(element.dateTime);
    if (Number.isNaN(then)) continue;
    element.dataset.label ??= element.textContent;
    element.title ||= absolute.format(then);
    // A clock that runs behind the server's must not speak of the future.
    const seconds = Math.max(0, (now - then) / 1000);
    const words = seconds < WEEK ? inWords(seconds) : element.dataset.label;
    if (element.textContent !== words) changes.push([element, words]);
  }
  keepHeights(changes.map(([element]) => element), () => {
    for (const [element, words] of changes) element.textContent = words;
  });
}

/** Shorter words can take a line less: the row stays as high as it was, and nothing below it moves. */
function keepHeights(elements, change) {
  const rows = [...new Set(elements.map((element) => element.closest(ROW)))].filter(Boolean);
  const height = (row) => row.getBoundingClientRect().height;
  const before = rows.map(height);
  change();
  const after = rows.map(height);
  rows.forEach((row, index) => {
    if (after[index] < before[index]) row.style.minBlockSize = `${before[index]}px`;
  });
}

/** Adds the same times on the reader's own clock where that differs from the clocks of the event. */
export function ownTimes(root = document) {
  const words = document.getElementById("word-own-time")?.textContent;
  if (!words) return;
  for (const element of root.querySelectorAll("[data-own-time]")) {
    const times = element.dataset.ownTime.split(" ").filter(Boolean).map((iso) => Date.parse(iso));
    element.textContent = differs(times, element.dataset.zone) ? words.replace("%s", range(times)) : "";
  }
}

function differs(times, zone) {
  const how = { dateStyle: "short", timeStyle: "short" };
  try {
    const there = new Intl.DateTimeFormat("en", { ...how, timeZone: zone });
    return times.some((time) => there.format(time) !== new Intl.DateTimeFormat("en", how).format(time));
  } catch {
    return true; // a zone that this browser does not know
  }
}

function range([from, to = from]) {
  const begin = `${day.format(from)}, ${clock.format(from)}`;
  if (from === to) return begin;
  const isOneDay = day.format(from) === day.format(to);
  return isOneDay ? `${begin}–${clock.format(to)}` : `${begin} – ${day.format(to)}, ${clock.format(to)}`;
}

let width = innerWidth;
addEventListener("resize", () => {
  if (width === innerWidth) return; // the bars of a phone come and go
  width = innerWidth;
  for (const time of document.querySelectorAll("time[data-relative]")) time.closest(ROW)?.style.removeProperty("min-block-size");
});

const refresh = () => document.hidden || relativeTimes();
setInterval(refresh, MINUTE);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("page:changed", () => {
  relativeTimes();
  ownTimes();
});
