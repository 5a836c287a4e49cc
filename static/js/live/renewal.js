// Takes over what a page shows that was fetched anew: lists and heads of threads. What is being written stays.
import { holdFocus, holdPlace } from "../thread/scroll-anchor.js";
import { capRevisions, forgetApplied } from "../thread/elements.js";
import { announce, renewHead } from "../thread/tree.js";

const PATIENCE = 20_000; // ms for the whole page; a silent connection must not keep it from being tried again
const LISTS = ["comments", "threads", "themes", "wall"];
const FACTS = ["thread", "theme", "sorted", "hue", "locked", "threadLocked", "themeLocked", "goesOn", "beginsLater"];

/** Fetches this page: {page} if it is there, {isGone}, {movedTo} if its address leads elsewhere now, {} to try again. */
export async function fetchPage() {
  // Not from what the browser kept: it may be of the same age, and of a database that has been restored since.
  const how = { headers: { Accept: "text/html" }, cache: "reload", signal: AbortSignal.timeout(PATIENCE) };
  const answer = await fetch(location.href, how).catch(() => null);
  if (answer?.status === 404 || answer?.status === 410) return { isGone: true };
  if (!answer?.ok) return {};
  const { pathname } = new URL(answer.url);
  if (pathname !== location.pathname) return { movedTo: answer.url };
  const text = await answer.text().catch(() => null);
  return text ? { page: new DOMParser().parseFromString(text, "text/html") } : {};
}

/** Shows what a fresh page shows; answers with its positions. */
export function takeOverPage(fresh) {
  const positions = JSON.parse(fresh.body.dataset.follow || "{}");
  const [back, refocus] = [holdPlace(), holdFocus()];
  for (const id of LISTS) takeOver(document.getElementById(id), fresh.getElementById(id));
  for (const head of fresh.querySelectorAll("[id^=head-]")) renewHead(head.id, () => document.getElementById(head.id)?.replaceWith(head));
  forgetApplied();
  capRevisions(positions);
  announce();
  refocus();
  back();
  return positions;
}

/** Nothing of this page is public any more, or it is elsewhere: only what is being written stays. */
export function emptyPage(movedTo) {
  for (const id of LISTS) document.getElementById(id)?.querySelectorAll(":scope > :not(.box)").forEach((each) => each.remove());
  for (const head of document.querySelectorAll("[id^=head-], [data-summary-of] .points")) head.remove();
  const moved = document.querySelector("[data-thread-moved]");
  if (movedTo && !moved) return location.replace(movedTo);
  const link = moved?.querySelector("a");
  if (movedTo && !link.getAttribute("href")) link.href = movedTo; // or as the thread's own change has said
  (movedTo ? moved : document.querySelector("[data-thread-gone]"))?.removeAttribute("hidden");
  announce();
}

function takeOver(here, fresh) {
  if (!here || !fresh) return;
  const wasLocked = "locked" in here.dataset;
  for (const name of FACTS) {
    if (name in fresh.dataset) here.dataset[name] = fresh.dataset[name];
    else delete here.dataset[name];
  }
  const boxes = [...here.querySelectorAll(":scope > .box")].map((box) => [box.previousElementSibling?.id, box]);
  here.replaceChildren(...fresh.querySelectorAll(":scope > :not(.box)"));
  for (const [id, box] of boxes) {
    const above = document.getElementById(id) ?? here.lastElementChild;
    if (above) above.after(box);
    else here.append(box);
  }
  if (wasLocked !== "locked" in here.dataset) document.dispatchEvent(new CustomEvent("page:locked"));
}
