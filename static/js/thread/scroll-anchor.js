// Keeps what somebody reads where it is while the page changes above it. Not every browser does so by itself.
const PARTS = ".comment, .box, .thread-row, .theme-row";

/** Remembers the part under the reader's eyes; call the answer when the page has changed. */
export function holdPlace() {
  const writing = document.activeElement?.closest?.(".box");
  const part = writing ?? (scrollY > 0 && [...document.querySelectorAll(PARTS)].find((e) => e.getBoundingClientRect().bottom > 0));
  if (!part) return () => {};
  const [id, top] = [part.id, part.getBoundingClientRect().top];
  return () => {
    const now = part.isConnected ? part : document.getElementById(id);
    const moved = (now?.getBoundingClientRect().top ?? top) - top;
    if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
  };
}

/** Remembers where the keyboard is; call the answer when its element may have been replaced or moved. */
export function holdFocus() {
  const held = document.activeElement;
  if (!held || held === document.body) return () => {};
  const home = held.closest("[id]")?.id;
  const twin = held.tagName.toLowerCase() + [...held.classList].map((name) => `.${CSS.escape(name)}`).join("");
  const selection = "selectionStart" in held ? [held.selectionStart, held.selectionEnd] : null;
  return () => {
    if (document.activeElement === held) return;
    const now = held.isConnected ? held : document.getElementById(home)?.querySelector(twin);
    now?.focus({ preventScroll: true });
    if (selection && now === held) held.setSelectionRange(...selection);
  };
}
