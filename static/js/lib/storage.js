// What this browser keeps for one person. Storage may be full or forbidden: then it keeps nothing and says so.
const name = (what) => `parley:${what}:${document.body.dataset.person}`;

export function recall(what) {
  try {
    return JSON.parse(localStorage.getItem(name(what)));
  } catch {
    return null;
  }
}

/** Says whether it could be kept. */
export function keep(what, value) {
  try {
    localStorage.setItem(name(what), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forget(what) {
  try {
    localStorage.removeItem(name(what));
  } catch {
    // nothing was kept there
  }
}
