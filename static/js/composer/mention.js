// Offers names after an @: those who spoke in the thread first. Keys are taken only while the list is open.
import { onKey } from "../lib/keys.js";

// Behind the start, a blank or a sign; and behind letters of scripts that put no blank before it. So reads the server.
const BEFORE = "^|[^\\p{L}\\p{N}\\p{M}_@./\\\\]|[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u9fff\\uac00-\\ud7af]";
const ASKED = new RegExp(`(?:${BEFORE})[@\uff20]([^\\s@\uff20[\\]]{1,30}(?: [^\\s@\uff20[\\]]{1,30}){0,3})$`, "u");
const PAUSE = 150; // ms without a stroke before the server is asked
let places = 0;

export function offerNames(form) {
  const area = form.elements.source;
  const list = document.createElement("ul");
  list.className = "names";
  list.id = `names-${(places += 1)}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-haspopup", "listbox"); // a text of several lines stays a text box: it cannot be a combobox
  const state = { area, list, url: form.dataset.peopleUrl, chosen: 0, timer: 0, asked: "", put: "" };
  area.addEventListener("input", () => later(state));
  onKey(area, (event) => !list.hidden && key(event, state));
  area.addEventListener("blur", () => close(state));
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the textarea keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) insert(state, option);
  });
}

function later(state) {
  clearTimeout(state.timer);
  const words = asked(state);
  if (!words) return close(state);
  state.timer = setTimeout(() => look(state, words), PAUSE);
}

function asked({ area, put }) {
  const words = area.selectionStart === area.selectionEnd && ASKED.exec(area.value.slice(0, area.selectionEnd))?.[1];
  return words && !(put && `@${words}`.startsWith(put)) && words; // whoever was put in is not asked for again
}

async function look(state, words) {
  const answer = await fetch(`${state.url}?q=${encodeURIComponent(words)}`).catch(() => null);
  if (!answer?.ok || asked(state) !== words) return;
  const { people } = await answer.json();
  state.asked = words;
  if (!people.length) return close(state);
  state.list.replaceChildren(...people.map((person, place) => option(state, person, place)));
  state.list.hidden = false;
  choose(state, 0);
}

function option(state, person, place) {
  const item = document.createElement("li");
  item.id = `${state.list.id}-${place}`;
  item.dataset.person = person.id;
  item.dataset.typed = person.typed;
  item.setAttribute("role", "option");
  const name = document.createElement("bdi");
  name.textContent = person.name;
  item.append(name, " ", [person.group, person.organisation].filter(Boolean).join(", "));
  return item;
}

function key(event, state) {
  const count = state.list.children.length;
  if (event.key === "ArrowDown") choose(state, (state.chosen + 1) % count);
  else if (event.key === "ArrowUp") choose(state, (state.chosen + count - 1) % count);
  else if (event.key === "Escape") close(state);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    insert(state, state.list.children[state.chosen]);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function choose(state, place) {
  state.chosen = place;
  [...state.list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
  state.area.setAttribute("aria-activedescendant", state.list.children[place].id);
}

function insert(state, item) {
  const { area } = state;
  const end = area.selectionEnd;
  const start = end - state.asked.length - 1;
  state.put = item.dataset.typed;
  area.setRangeText(`${state.put} `, start, /^[ \u00a0]/.test(area.value.slice(end)) ? end + 1 : end, "end");
  close(state);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function close(state) {
  clearTimeout(state.timer);
  state.list.hidden = true;
  state.area.removeAttribute("aria-activedescendant");
}
