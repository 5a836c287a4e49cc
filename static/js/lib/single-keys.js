// Single-key shortcuts, which can be turned off (WCAG 2.1.4): whoever speaks to their computer, or rests a hand on the
// keyboard, would press them without wanting to. The choice belongs to the account; without one this browser keeps it.
import { isTypedIn, onKey, shortcutOf } from "./keys.js";
import { keep, recall } from "./storage.js";

const KEPT = "single-keys";

/** Calls `act` with each single key that is pressed where nobody types, and its event. */
export function onShortcut(act) {
  onKey(document, (event) => {
    const key = areOn() && !isTypedIn(event.target) && shortcutOf(event);
    if (!key || (document.querySelector("dialog[open]") && key !== "?")) return; // what cannot be seen is not acted on
    act(key, event);
  });
}

/** Makes a dialog that lists the shortcuts one that also turns them off; `button` opens it for those who have none. */
export function offerSwitch(dialog, button) {
  const form = dialog.querySelector("[data-key-switch]");
  const box = form.querySelector("input[type=checkbox]");
  box.checked = areOn();
  show(dialog);
  box.addEventListener("change", () => turn(dialog, form, box.checked));
  button.hidden = false;
  button.addEventListener("click", () => toggle(dialog));
}

export function toggle(dialog) {
  if (dialog?.open) dialog.close();
  else dialog?.showModal();
}

function areOn() {
  return (document.body.dataset.singleKeys || recall(KEPT)) !== "off";
}

async function turn(dialog, form, isOn) {
  const hasAccount = Boolean(document.body.dataset.person);
  if (hasAccount) document.body.dataset.singleKeys = isOn ? "on" : "off"; // at once: nothing is to be pressed meanwhile
  const isKept = hasAccount ? save(form) : keep(KEPT, isOn ? "on" : "off");
  show(dialog);
  const said = form.querySelector("[data-said]");
  said.textContent = (await isKept) ? "" : form.dataset.textFailed;
}

async function save(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  return Boolean(answer?.ok);
}

function show(dialog) {
  dialog.toggleAttribute("data-off", !areOn());
}
