// Elements that stand for a comment, a thread or a theme: put in once, and only if newer than what the page knows.

const REMEMBERED = 5_000; // elements; a page may be open for days
let timesForgotten = 0;
const latest = new Map(); // "3:comment-31", with its theme → the newest revision applied, also of what has left the page

/** Replaces, removes or inserts the element `id`, unless the page knows something newer. */
export function settle(change, id, html, insert) {
  const there = document.getElementById(id);
  const home = there?.closest("[data-theme]")?.dataset.theme;
  // Each theme counts for itself. What has moved to another one is no longer the first one's to take away.
  const isAtHome = !home || !change.theme || home === String(change.theme);
  if (!isAtHome && !html) return "";
  const key = `${change.theme ?? home ?? ""}:${id}`;
  const known = Math.max(latest.get(key) ?? 0, isAtHome ? Number(there?.dataset.revision ?? 0) : 0);
  if (known >= change.revision) return "";
  remember(key, change.revision);
  if (!html) {
    there?.remove();
    return there ? "gone" : "";
  }
  const fresh = element(html);
  if (there) {
    if ("new" in there.dataset) fresh.dataset.new = ""; // a number that changed does not make it read
    const held = there.contains(document.activeElement) ? document.activeElement : null;
    there.replaceWith(fresh);
    if (held?.href) sameLink(fresh, held)?.focus({ preventScroll: true });
    return "replaced";
  }
  if (!insert) return "";
  insert(fresh);
  return "added";
}

/** The list was taken over from a page made anew, which may be a moment older than what was applied last. */
export function forgetApplied() {
  latest.clear();
  timesForgotten += 1;
}

/** Asked before something is fetched: tells of a comment in the answer whether the page has heard something newer. */
export function outdatedSince() {
  const before = timesForgotten;
  return (comment, themeId) => timesForgotten > before || (latest.get(`${themeId}:${comment.id}`) ?? 0) > Number(comment.dataset.revision);
}

/**
 * What a page shows may be a moment newer than its positions (feed → [revision, stamp]). It counts as of these: whatever
 * comes after them is told again, also by a database that has lost that moment.
 */
export function capRevisions(positions) {
  const only = Object.keys(positions).length === 1 ? Object.values(positions)[0] : null;
  for (const shown of document.querySelectorAll("[data-revision]")) {
    const themeId = shown.closest("[data-theme]")?.dataset.theme ?? /^theme-(\d+)$/.exec(shown.id)?.[1];
    const [revision] = (themeId ? positions[`theme:${themeId}`] : only) ?? [Infinity];
    if (Number(shown.dataset.revision) > revision) shown.dataset.revision = revision;
  }
}

function remember(key, revision) {
  latest.delete(key);
  latest.set(key, revision);
  if (latest.size > REMEMBERED) latest.delete(latest.keys().next().value);
}

/** The link of a fresh element that stands for the one somebody is at: a live change must not take the focus away. */
function sameLink(fresh, link) {
  return [...fresh.querySelectorAll("a")].find((a) => a.href === link.href && a.className === link.className);
}

/** The server's own HTML: it was made by the page's templates and cleaned when it was written. */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}
