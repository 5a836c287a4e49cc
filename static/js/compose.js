// Writing in place: the reply box opens below its comment, a sent comment appears at once, and what cannot be
// sent stays where it was typed.
import { announce, apply } from "./tree.js";

export function composeInPlace() {
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a[data-reply], a[data-acts], a[data-cancel]");
    if (!link) return;
    if ("cancel" in link.dataset) return cancel(event, link);
    if (link.closest("#comments")) openBelow(event, link);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-compose]")) send(event, event.target);
  });
}

/** Loads what the link leads to and puts it below the comment; without an answer the link is followed. */
async function openBelow(event, link) {
  const comment = link.closest(".comment");
  if (!comment) return;
  event.preventDefault();
  const isReply = "reply" in link.dataset;
  const open = boxBelow(comment);
  if (open?.dataset.of === link.href) {
    if (!written(open)) open.remove();
    return link.focus();
  }
  if (open && written(open)) return focusIn(open);
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href, { headers: { "Parley-Part": "1" } }).catch(() => null);
  link.removeAttribute("aria-busy");
  if (!answer) return; // no line: leaving the page would lose what is written elsewhere on it
  if (!answer.ok) return location.assign(link.href);
  const box = isReply ? element(await answer.text()) : wrapped(await answer.text());
  box.dataset.of = link.href;
  boxBelow(comment)?.remove();
  comment.after(box);
  box.scrollIntoView({ block: "nearest" });
  focusIn(box);
}

function cancel(event, link) {
  const box = link.closest("#comments > .box");
  if (!box) return;
  event.preventDefault();
  const comment = box.previousElementSibling;
  box.remove();
  comment?.querySelector("[data-reply]")?.focus();
}

/** Sends the form with its key. Whatever goes wrong, the text stays in the box and can be sent again. */
async function send(event, form) {
  event.preventDefault();
  if (form.dataset.state === "sending") return;
  form.dataset.state = "sending";
  say(form, "");
  const answer = await post(form);
  delete form.dataset.state;
  if (!answer) return say(form, document.body.dataset.textNotSent);
  const kind = answer.headers.get("Content-Type") ?? "";
  if (answer.ok && kind.startsWith("application/json")) return place(form, await answer.json());
  if (answer.redirected && answer.ok) return location.assign(answer.url);
  if (!kind.startsWith("text/html") || answer.status >= 500) return say(form, document.body.dataset.textNotSent);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [box, fresh] = [form.closest(".reply-box"), page.body.querySelector(":scope > .reply-box")];
  if (box && fresh) return replace(box, fresh);
  if (box) return say(form, page.querySelector("main .lead")?.textContent ?? document.body.dataset.textNotSent);
  form.removeAttribute("data-compose"); // the plain way shows the server's own page with the text in it
  form.submit();
}

/** Posts a form; once more with fresh protection if it was refused, as after logging in anew in another window. */
async function post(form) {
  const headers = { Accept: "application/json", "Parley-Part": "1" };
  const once = () => fetch(form.action, { method: "POST", body: new FormData(form), headers }).catch(() => null);
  const answer = await once();
  if (answer?.status !== 403 || !answer.headers.has("Parley-Refresh")) return answer;
  const anew = await fetch(form.action, { headers: { "Parley-Part": "1" } }).catch(() => null);
  const token = anew?.ok && element(await anew.text())?.querySelector("[name=csrfmiddlewaretoken]");
  if (!token) return answer;
  form.elements.csrfmiddlewaretoken.value = token.value;
  return once();
}

/** The comment is written: it takes its place and the box goes or is emptied. */
function place(form, body) {
  apply(body.change);
  announce();
  const written = document.getElementById(`comment-${body.change.id}`);
  if (!written) return location.assign(body.url);
  const box = form.closest("#comments > .box");
  if (box) box.remove();
  else freshen(form);
  written.scrollIntoView({ block: "nearest" });
  written.setAttribute("tabindex", "-1");
  written.focus({ preventScroll: true });
}

function freshen(form) {
  form.reset();
  form.querySelector("textarea").value = "";
  form.elements.key.value = crypto.randomUUID?.().replaceAll("-", "") ?? `${Date.now()}${Math.random()}`.replace(".", "");
}

function replace(box, fresh) {
  fresh.dataset.of = box.dataset.of ?? "";
  box.replaceWith(fresh);
  focusIn(fresh);
}

function say(form, sentence) {
  let line = form.querySelector("[data-said]");
  if (!line) {
    line = document.createElement("p");
    line.dataset.said = "";
    line.setAttribute("role", "alert");
    line.className = "error-text";
    form.append(line);
  }
  line.textContent = sentence ?? "";
  line.hidden = !sentence;
}

function written(box) {
  return [...box.querySelectorAll("textarea")].some((area) => area.value.trim());
}

function boxBelow(comment) {
  const next = comment.nextElementSibling;
  return next?.classList.contains("box") ? next : null;
}

function focusIn(box) {
  (box.querySelector("textarea, a, button") ?? box).focus();
}

function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function wrapped(html) {
  const box = document.createElement("div");
  box.className = "box acts-box";
  box.append(element(html));
  return box;
}
