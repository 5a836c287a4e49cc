// What waits for a moderator says so anew as soon as its author is told of a decision.
export function renewWaiting() {
  document.addEventListener("notify:received", renew);
}

async function renew() {
  if (!document.querySelector("[data-waits]")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const comment of document.querySelectorAll("[data-waits]")) {
    const now = fresh.getElementById(comment.id);
    if (now && "waits" in now.dataset && !comment.contains(document.activeElement)) comment.replaceWith(now);
  }
  document.dispatchEvent(new CustomEvent("page:changed"));
}
