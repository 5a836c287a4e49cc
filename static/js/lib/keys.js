// Keys, as every handler of ours asks for them. What somebody types through an input method (Chinese, Japanese, Korean,
// Vietnamese) belongs to it until it is done; single keys mean the same on every keyboard.
const ON_KEYS = { BracketLeft: "[", BracketRight: "]" }; // where a keyboard of another script has letters
const TYPED_IN = "textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]";

/** Whether a key belongs to an input method. Safari tells of the one that ends a composition after its end, as 229. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Calls `act` with every keydown at `target` that belongs to nobody else. */
export function onKey(target, act) {
  target.addEventListener("keydown", (event) => isComposing(event) || act(event));
}

/** Whether somebody types there, so that a letter is a letter. */
export function isTypedIn(element) {
  return Boolean(element.closest?.(TYPED_IN));
}

/** The single key that a keydown stands for (a to z, 0 to 9, or a mark), or "". */
export function shortcutOf(event) {
  if (isComposing(event) || !event.key || [...event.key].length > 1) return "";
  const byAltGr = event.getModifierState("AltGraph");
  const key = event.key.normalize("NFKC");
  if (byAltGr || event.altKey) return makesMark(event, key, byAltGr) ? sign(key) : "";
  if (event.ctrlKey || event.metaKey) return "";
  if (/^\p{L}$/u.test(key) && event.shiftKey) return "";
  return sign(inLatin(event, key));
}

/** Whether Alt is held because a mark cannot be typed without it, as ] on many keyboards; letters need no Alt. */
function makesMark(event, key, byAltGr) {
  if (event.metaKey) return false;
  if (byAltGr) return !/^[\p{L}\p{N}]$/u.test(key);
  return !event.ctrlKey && "[]".includes(key) && ON_KEYS[event.code] !== key; // by Option, on a Mac
}

/** On a keyboard of another script the place of a key says which one is meant. */
function inLatin(event, key) {
  if (/^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key)) return ON_KEYS[event.code] ?? /^Key(.)$/.exec(event.code)?.[1] ?? "";
  if (/^\p{Nd}$/u.test(key)) return /^(?:Digit|Numpad)(.)$/.exec(event.code)?.[1] ?? key;
  return key;
}

function sign(key) {
  const plain = key === "؟" ? "?" : key.toLowerCase();
  return /^[!-~]$/.test(plain) ? plain : "";
}
