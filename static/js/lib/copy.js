// Copies what a button names. Where the browser has no clipboard for pages, the buttons stay away.
export function copyButtons(root = document) {
  if (!navigator.clipboard?.writeText) return;
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.textContent.trim());
    say(button, button.dataset.done);
  } catch {
    getSelection().selectAllChildren(text); // not allowed: at least it is selected, for the keyboard
  }
}

/** Beside the button, so that its own name stays what it does. */
function say(button, word) {
  let said = button.parentElement.querySelector("[role=status]");
  if (!said) {
    said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "small";
    button.after(said);
  }
  said.textContent = "";
  setTimeout(() => (said.textContent = word), 50); // an empty region first: the second copy is announced, too
}
