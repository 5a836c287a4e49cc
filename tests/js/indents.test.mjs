// How far comments are set in, for the lists of tests/kernel/test_indents.py: page and server must agree.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./module.mjs";

/** What the page shows for [id, parent] pairs in reading order, the first with the indent of an older state. */
function page(pairs) {
  const levels = { 0: -1 };
  return pairs.map(([id, parent]) => {
    levels[id] = levels[parent] + 1;
    return { dataset: { id: `${id}`, parent: parent ? `${parent}` : "", level: `${levels[id]}`, indent: "9" } };
  });
}

let comments = [];
let listener;
globalThis.document = {
  addEventListener: (name, act) => (listener = act),
  querySelectorAll: () => comments,
};
const { settleIndents } = await load("thread/indents.js");

function settled(pairs) {
  comments = page(pairs);
  settleIndents();
  return comments.map((comment) => Number(comment.dataset.indent));
}

const LISTS = [
  ["an exchange of two is set in once", [[1, 0], [2, 1], [3, 2], [4, 3], [5, 4]], [0, 1, 2, 2, 2]],
  ["others join: every level is shown", [[1, 0], [2, 1], [3, 2], [4, 3], [6, 3], [5, 2]], [0, 1, 2, 3, 3, 2]],
  ["an exchange inside a branch of several", [[1, 0], [2, 1], [3, 2], [4, 3], [5, 4], [6, 2]], [0, 1, 2, 3, 3, 2]],
  ["two answers to the opening", [[1, 0], [2, 1], [7, 1]], [0, 1, 1]],
];

for (const [name, pairs, indents] of LISTS) test(name, () => assert.deepEqual(settled(pairs), indents));

test("nothing is set in further than five levels", () => {
  const pairs = [[1, 0]];
  for (let id = 2; id < 40; id += 1) pairs.push([id, id % 2 ? id - 2 : id - 1]);
  assert.equal(Math.max(...settled(pairs)), 5);
});

test("a comment that arrives moves the exchange above it", () => {
  settled([[1, 0], [2, 1], [3, 2], [4, 3]]);
  comments = [...comments, ...page([[1, 0], [2, 1], [3, 2], [6, 3]]).slice(3)];
  listener();
  assert.deepEqual(comments.map((comment) => comment.dataset.indent), ["0", "1", "2", "3", "3"]);
});
