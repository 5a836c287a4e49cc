// Loads the later comments of a long thread into the page, where the link would lead to a page of its own.
import { outdatedSince } from "./elements.js";
import { announce } from "./tree.js";

const TRIES = 3; // to get a part in which nothing is older than what the page has heard meanwhile

export function loadLater() {
  // A comment that an old address names stands in another thread now: its own page knows where.
  const named = /^#comment-(\d+)$/.exec(location.hash)?.[1];
  if (named && document.querySelector("#comments[data-thread]") && !document.getElementById(`comment-${named}`))
    location.replace(`/comments/${named}/`);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-load-later]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.ariaBusy === "true") return; // a second press while it is on its way
    const news = await load(link);
    if (!news) return location.assign(link.href);
    note({ parts: (history.state?.parts ?? 0) + 1 });
    news[0]?.setAttribute("tabindex", "-1");
    news[0]?.focus({ preventScroll: true });
  });
  addEventListener("pagehide", () => history.state?.parts && note({ y: scrollY }));
  if (history.state?.parts) comeBack(history.state);
}

/** Going back to a page leads to what was loaded into it, and to the same place. */
async function comeBack({ parts, y }) {
  for (let part = 0; part < parts; part += 1) {
    const link = document.querySelector("[data-load-later]");
    if (!link || !(await load(link))) return;
  }
  if (y !== undefined) scrollTo({ top: y, behavior: "instant" });
}

/** What a page remembers of itself while the reader is elsewhere. */
function note(facts) {
  history.replaceState({ ...history.state, ...facts }, "");
}

/** Puts the next part of the thread behind what is here; answers with its comments, or null without an answer. */
async function load(link) {
  link.setAttribute("aria-busy", "true");
  const theme = document.getElementById("comments").dataset.theme;
  for (let tries = 1; ; tries += 1) {
    const isOutdated = outdatedSince();
    const answer = await fetch(link.href, { cache: tries > 1 ? "reload" : "default" }).catch(() => null);
    if (!answer?.ok) return null;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const outdated = [...next.querySelectorAll("#comments > .comment")].filter((comment) => isOutdated(comment, theme));
    if (outdated.length && tries < TRIES) continue;
    for (const comment of outdated) comment.remove(); // it may have been taken back while the answer was on its way
    return take(next);
  }
}

/** What the next page leads with is here already; the rest follows what is here. */
function take(next) {
  const [here, there] = [document.getElementById("comments"), next.getElementById("comments")];
  const news = [...there.querySelectorAll(":scope > .comment")].filter((c) => !document.getElementById(c.id));
  here.append(...news);
  here.toggleAttribute("data-goes-on", "goesOn" in there.dataset);
  const [old, way] = [document.querySelector("[data-later]"), next.querySelector("[data-later]")];
  // Another load of the same part may have been faster: coming back loads it, too.
  if (way) old?.replaceWith(way);
  else old?.remove();
  announce();
  return news;
}
