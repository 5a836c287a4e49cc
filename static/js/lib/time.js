// Turns the times of the last days into words ("3 hours ago"); the exact time stays in the title. What the reader has
// just done is told by their own clock.
const WEEK = 7 * 24 * 3600;
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const MINUTE = 60_000;

const language = document.documentElement.lang || undefined;
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
  for (const element of times) {
    const then = Date.parse(element.dateTime);
    if (Number.isNaN(then)) continue;
    element.dataset.label ??= element.textContent;
    element.title ||= absolute.format(then);
    // A clock that runs behind the server's must not speak of the future.
    const seconds = Math.max(0, (now - then) / 1000);
    const words = seconds < WEEK ? inWords(seconds) : element.dataset.label;
    if (element.textContent !== words) element.textContent = words;
  }
}

const refresh = () => document.hidden || relativeTimes();
setInterval(refresh, MINUTE);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("page:changed", () => relativeTimes());
