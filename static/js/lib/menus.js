// Closes an open menu as people expect: with Escape, or by going elsewhere.
import { onKey } from "./keys.js";

export function closeMenus() {
  onKey(document, (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("[data-menu][open]")) if (!open.contains(event.target)) open.open = false;
  });
}
