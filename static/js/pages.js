// Loads the later comments of a long thread into the page, where the link would lead to a page of its own.
import { announce } from "./tree.js";

export function loadLater() {
  // A comment that an old address names stands in another thread now: its own page knows where.
  const named = /^#comment-(\d+)$/.exec(location.hash)?.[1];
  if (named && document.querySelector("#comments[data-thread]") && !document.getElementById(`comment-${named}`))
    location.replace(`/comments/${named}/`);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-load-later]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok) return location.assign(link.href);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  });
}

/** What the next page leads with is here already; the rest follows what is here. */
function take(next) {
  const [here, there] = [document.getElementById("comments"), next.getElementById("comments")];
  const news = [...there.querySelectorAll(":scope > .comment")].filter((c) => !document.getElementById(c.id));
  here.append(...news);
  here.toggleAttribute("data-goes-on", "goesOn" in there.dataset);
  const [old, way] = [document.querySelector("[data-later]"), next.querySelector("[data-later]")];
  if (way) old.replaceWith(way);
  else old.remove();
  announce();
  news[0]?.setAttribute("tabindex", "-1");
  news[0]?.focus({ preventScroll: true });
}
