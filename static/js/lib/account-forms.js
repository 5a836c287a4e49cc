// Forms with a password: what is wrong is shown at its field without leaving the page, so nothing is typed twice.

export function checkForms() {
  for (const form of document.querySelectorAll("form[data-check]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
    if (form.elements.time_zone) form.elements.time_zone.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

async function send(form) {
  if (form.dataset.state === "sending") return;
  form.dataset.state = "sending";
  offline(form).hidden = true;
  const answer = await fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
  }).catch(() => null);
  form.dataset.state = "";
  if (!answer) return (offline(form).hidden = false);
  const told = await answer.json().catch(() => null);
  if (told?.location) return location.assign(told.location);
  const fresh = told?.html && new DOMParser().parseFromString(told.html, "text/html").querySelector("form[data-check]");
  if (!fresh) return form.submit(); // the answer is a page
  takeErrors(form, fresh);
}

function offline(form) {
  return form.querySelector("[data-offline]");
}

/** Shows the errors of the form that came back, and takes what it carries unseen. */
function takeErrors(form, fresh) {
  for (const old of form.querySelectorAll("[data-form-error], [id$=_error]")) old.remove();
  form.prepend(...fresh.querySelectorAll("[data-form-error]"));
  for (const field of fresh.elements) takeField(form.elements[field.name], field);
  (form.querySelector("[aria-invalid=true]") ?? form.querySelector("[data-form-error]"))?.focus();
}

function takeField(own, fresh) {
  if (!own || fresh.name === "csrfmiddlewaretoken") return;
  if (fresh.type === "hidden" && fresh.name !== "time_zone") own.value = fresh.value;
  if (fresh.tabIndex === -1) own.value = ""; // nobody sees it
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (fresh.hasAttribute(name)) own.setAttribute(name, fresh.getAttribute(name));
    else own.removeAttribute(name);
  }
  const error = fresh.ownerDocument.getElementById(`${fresh.id}_error`);
  if (error) own.closest(".field").append(error);
}
