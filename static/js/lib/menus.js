// Closes an open menu as people expect: with Escape, by going elsewhere, or by what was chosen in it.
import { onKey } from "./keys.js";

export function closeMenus() {
  onKey(document, (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("[data-menu][open]");
    if (open) close(open);
  });
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-menu] button[type=button]");
    if (chosen) close(chosen.closest("[data-menu]"));
    for (const open of document.querySelectorAll("[data-menu][open]")) if (!open.contains(event.target)) open.open = false;
  });
}

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}
