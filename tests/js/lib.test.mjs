// Numbers in sentences, what a browser keeps, and times in words: modules that need little of a page.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./module.mjs";

const NOW = Date.parse("2012-11-05T09:00:00Z");

/** What these modules ask of a browser. */
function browse({ lang = "en", person = "7", storage = new Map() } = {}) {
  globalThis.document = {
    documentElement: { lang },
    body: { dataset: { person } },
    hidden: false,
    addEventListener: () => {},
    querySelectorAll: () => [],
  };
  globalThis.localStorage = {
    getItem: (name) => storage.get(name) ?? null,
    setItem: (name, value) => storage.set(name, value),
    removeItem: (name) => storage.delete(name),
  };
  globalThis.setInterval = () => 0;
  globalThis.innerWidth = 360;
  globalThis.addEventListener = () => {};
  return storage;
}

browse();
const { counted, filled } = await load("lib/plural.js");
const { recall, keep, forget } = await load("lib/storage.js");
const { relativeTimes } = await load("lib/time.js");

test("a number takes the sentence that its language has for it", () => {
  const element = { dataset: { repliesOne: "{n} reply", repliesOther: "{n} replies" } };
  assert.deepEqual([0, 1, 2].map((n) => counted(element, "replies", n)), ["", "1 reply", "2 replies"]);
});

test("a form that the page lacks is told in the general one", () => {
  assert.equal(counted({ dataset: { repliesOther: "{n} replies" } }, "replies", 1), "1 replies");
});

test("a place without a value stays as it is", () => {
  assert.equal(filled("{n} of {all}, {n}", { n: 3 }), "3 of {all}, 3");
});

test("what is kept comes back to the same person only", () => {
  const storage = browse({ person: "7" });
  assert.equal(keep("folds", [1, 2]), true);
  assert.deepEqual(recall("folds"), [1, 2]);
  document.body.dataset.person = "8";
  assert.equal(recall("folds"), null);
  document.body.dataset.person = "7";
  forget("folds");
  assert.equal(recall("folds"), null);
  assert.equal(storage.size, 0);
});

test("a storage that is full or forbidden keeps nothing and breaks nothing", () => {
  browse();
  const refuse = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  globalThis.localStorage = { getItem: refuse, setItem: refuse, removeItem: refuse };
  assert.equal(keep("folds", 1), false);
  assert.equal(recall("folds"), null);
  forget("folds");
});

test("what is no JSON any more counts as nothing", () => {
  browse({ storage: new Map([["parley:folds:7", "{"]]) });
  assert.equal(recall("folds"), null);
});

/** The words of a time this many seconds ago, first shown as a date. */
function ago(seconds) {
  const dateTime = new Date(NOW - seconds * 1000).toISOString();
  const time = { dateTime, textContent: "5 November", title: "", dataset: {}, closest: () => null };
  relativeTimes({ querySelectorAll: () => [time] }, NOW);
  return time;
}

test("a row stays as high as it was when its time becomes shorter, and grows when it has to", () => {
  for (const [after, kept] of [[20, "40px"], [60, undefined]]) {
    const dateTime = new Date(NOW - 60_000).toISOString();
    const row = { style: {}, getBoundingClientRect: () => ({ height: time.textContent === "5 November" ? 40 : after }) };
    const time = { dateTime, textContent: "5 November", title: "", dataset: {}, closest: () => row };
    relativeTimes({ querySelectorAll: () => [time] }, NOW);
    assert.equal(row.style.minBlockSize, kept);
  }
});

test("the times of a week are told in words, older ones by their date", () => {
  const told = [0, 59, 60, 3599, 3600, 86_400, 6.9 * 86_400, 7 * 86_400].map((seconds) => ago(seconds).textContent);
  assert.deepEqual(told, [
    "now", "now", "1 minute ago", "59 minutes ago", "1 hour ago", "yesterday", "6 days ago", "5 November",
  ]);
});

test("a clock that runs behind speaks of now, never of the future", () => {
  assert.equal(ago(-300).textContent, "now");
});

test("the exact time is in the title", () => {
  assert.match(ago(60).title, /5 November 2012/);
});

test("what is no time stays as it is", () => {
  const time = { dateTime: "soon", textContent: "soon", title: "", dataset: {} };
  relativeTimes({ querySelectorAll: () => [time] }, NOW);
  assert.deepEqual([time.textContent, time.title], ["soon", ""]);
});
