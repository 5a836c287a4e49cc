// Says on the pages of an event and of its themes what is unread, for readers without an account: what they have read
// is kept by this browser alone.
const AFTER = 2_000; // ms after the last live change
const AT_ONCE = 100; // threads that one answer tells of

let timer = 0;

export function showNews() {
  if (document.body.dataset.person || !(document.getElementById("threads") ?? document.getElementById("themes"))) return;
  look();
  document.addEventListener("page:changed", () => {
    clearTimeout(timer);
    timer = setTimeout(look, AFTER);
  });
}

async function look() {
  const list = document.getElementById("threads");
  if (list) {
    const all = [...list.children];
    for (let first = 0; first < all.length; first += AT_ONCE) {
      const asked = all.slice(first, first + AT_ONCE);
      const ids = asked.map((row) => row.dataset.id);
      await mark(list.dataset.theme, ids, ({ threads }) => label(asked, (row) => threads[row.dataset.id]));
    }
    return;
  }
  const rows = [...document.getElementById("themes").children];
  for (const row of rows) await mark(row.dataset.id, [], ({ theme }) => label([row], () => theme));
}

/** Whoever has read nothing here yet is told nothing: all of it is new to them. */
async function mark(theme, threads, show) {
  const read = stored(`parley-read-${theme}`);
  if (!read) return;
  const answer = await fetch(`/themes/${theme}/news/?read=${encodeURIComponent(read)}&threads=${threads}`).catch(() => null);
  if (answer?.ok) show(await answer.json());
}

function label(rows, textOf) {
  for (const row of rows) {
    const [place, text] = [row.querySelector("h3") ?? row, textOf(row) ?? ""];
    const known = row.querySelector(".unread-mark");
    if (!text) known?.remove();
    else if (known) known.textContent = text;
    else place.append(" ", Object.assign(document.createElement("span"), { className: "unread-mark", textContent: text }));
  }
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
