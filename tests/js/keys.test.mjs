// Keys as every handler gets them: none of a composition, and shortcuts on any keyboard.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { load } from "./module.mjs";

const { isComposing, onKey, shortcutOf } = await load("lib/keys.js");
const SCRIPTS = new URL("../../static/js/", import.meta.url);

/** A keydown: what it makes, where it lies, and which modifiers are held. */
function pressed(key, code = "", ...held) {
  return {
    key, code, keyCode: 0, isComposing: false,
    shiftKey: held.includes("Shift"), ctrlKey: held.includes("Control"), altKey: held.includes("Alt"), metaKey: held.includes("Meta"),
    getModifierState: (name) => held.includes(name),
  };
}

test("the keys of a composition belong to the input method", () => {
  const given = [];
  let listener;
  onKey({ addEventListener: (kind, heard) => (listener = heard) }, (event) => given.push(event.key));
  listener({ ...pressed("Enter"), isComposing: true });
  listener({ ...pressed("Enter"), keyCode: 229 }); // as Safari tells the Enter that ends one
  listener(pressed("Escape"));
  assert.deepEqual(given, ["Escape"]);
  assert.equal(isComposing(pressed("a", "KeyA")), false);
});

const SHORTCUTS = [
  ["a Latin keyboard", pressed("n", "KeyN"), "n"],
  ["a letter is what it makes, not where it lies", pressed("a", "KeyQ"), "a"], // French
  ["Dvorak", pressed("n", "KeyL"), "n"],
  ["Caps Lock", pressed("N", "KeyN"), "n"],
  ["Cyrillic n", pressed("т", "KeyN"), "n"],
  ["Cyrillic with Caps Lock", pressed("Т", "KeyN"), "n"],
  ["Cyrillic ]", pressed("ъ", "BracketRight"), "]"],
  ["Cyrillic [", pressed("х", "BracketLeft"), "["],
  ["Greek n", pressed("ν", "KeyN"), "n"],
  ["Arabic p", pressed("ح", "KeyP"), "p"],
  ["Hebrew u", pressed("ו", "KeyU"), "u"],
  ["Korean j", pressed("ㅓ", "KeyJ"), "j"],
  ["a Japanese wide letter", pressed("ｎ", "KeyN"), "n"],
  ["Arabic digit", pressed("٣", "Digit3"), "3"],
  ["Arabic question mark", pressed("؟", "Slash", "Shift"), "?"],
  ["? with Shift", pressed("?", "Slash", "Shift"), "?"],
  ["a digit with Shift, French", pressed("1", "Digit1", "Shift"), "1"],
  ["] by AltGr, Linux", pressed("]", "Digit9", "AltGraph"), "]"],
  ["] by AltGr, Windows", pressed("]", "Digit9", "Control", "Alt", "AltGraph"), "]"],
  ["] by Option, Mac", pressed("]", "Digit6", "Alt"), "]"],
  ["? by AltGr", pressed("?", "Digit7", "AltGraph"), "?"],
];
for (const [name, event, key] of SHORTCUTS) {
  test(`a shortcut: ${name}`, () => assert.equal(shortcutOf(event), key));
}

const NONE = [
  pressed("n", "KeyN", "Control"), pressed("n", "KeyN", "Alt"), pressed("n", "KeyN", "Meta"), pressed("N", "KeyN", "Shift"),
  pressed("т", "KeyN", "Control"), pressed("т", "KeyN", "Alt"), pressed("Т", "KeyN", "Shift"), pressed("]", "BracketRight", "Alt"),
  pressed("]", "BracketRight", "Control"), pressed("ń", "KeyN", "AltGraph"), pressed("n", "KeyL", "AltGraph"),
  pressed("т", "KeyN", "AltGraph"), pressed("ń", "KeyN"), pressed("1", "Digit1", "AltGraph"), pressed("?", "Slash", "Control", "Shift"),
  pressed("?", "Slash", "Alt", "Shift"), pressed("ж", "Semicolon"),
  pressed("Shift", "ShiftLeft", "Shift"), pressed("AltGraph", "AltRight", "AltGraph"), pressed("Dead", "BracketLeft"),
  pressed("Process", "KeyN"), pressed("Unidentified"), pressed("Enter", "Enter"), pressed(" ", "Space"), pressed("", ""),
  { ...pressed("n", "KeyN"), isComposing: true }, { key: undefined },
];
for (const event of NONE) {
  test(`no shortcut: ${event.key} ${event.code}`, () => assert.equal(shortcutOf(event), ""));
}

test("no script listens to keys but through lib/keys.js", () => {
  const files = readdirSync(SCRIPTS, { recursive: true }).filter((name) => name.endsWith(".js") && name !== "lib/keys.js");
  const own = files.filter((name) => /["'`]key(?:down|up|press)["'`]|onkey(?:down|up|press)/.test(readFileSync(new URL(name, SCRIPTS), "utf8")));
  assert.ok(files.length > 30);
  assert.deepEqual(own, []);
});
