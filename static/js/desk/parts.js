// The parts of a desk's page: what its forms carry, what its cards show, and what is made of the server's answers.
export function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

export function show(form, problem) {
  const place = form.querySelector("[data-problem]");
  [place.hidden, place.textContent] = [false, problem];
}

export function undoForm(url, words) {
  const form = document.createElement("form");
  [form.method, form.action] = ["post", url];
  form.dataset.undo = "";
  const [kept, button] = [document.createElement("input"), document.createElement("button")];
  Object.assign(kept, { type: "hidden", name: "csrfmiddlewaretoken", value: token() });
  Object.assign(button, { type: "submit", className: "linkish", textContent: words });
  form.append(kept, button);
  return form;
}

/** The page holds articles and ready sentences once; a card gets its own copy of them when it is needed. */
export function fillLists(card) {
  const [place, lists] = [card?.querySelector("[data-lists]"), document.getElementById("reason-lists")];
  if (!place || !lists) return;
  const filled = lists.cloneNode(true);
  const [from, to] = [`${lists.dataset.prefix}-`, `${place.dataset.lists}-`];
  filled.removeAttribute("id");
  for (const part of filled.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(from, to));
    }
  }
  for (const choice of filled.querySelectorAll("input[type=radio]")) choice.checked = !choice.value;
  place.replaceWith(filled);
}

/** HTML of the server's own template. */
export function made(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-card]");
}

export function showClaim(card, text) {
  const line = card.querySelector("[data-claim-text]");
  if (!line) return;
  [line.hidden, line.textContent] = [!text, text];
  card.querySelector("[data-take-over]").hidden = !text;
}

export function count(place, n) {
  place.textContent = (n === 1 ? place.dataset.textOne : place.dataset.textMany).replace("%(n)s", n);
}
