// What a page does with what it hears, rule by rule. tests/live/test_same_rules.py plays whole stories.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./module.mjs";

const { Follower, SILENCE, ASK_WITHIN } = await load("live/follower.js");

const FEED = "theme:3";
const AT = { 12: 120, 13: 130, 14: 140, 15: 150 }; // revision → stamp

function frame(since, revision, changes = []) {
  return { feed: FEED, since, since_stamp: AT[since], revision, stamp: AT[revision], changes };
}

const beat = (revision) => ({ feed: FEED, beat: revision, stamp: AT[revision], following: 0 });

function following(revision) {
  const follower = new Follower({ [FEED]: [revision, AT[revision]] }, () => 0.5);
  follower.opened(0);
  follower.heard(beat(revision), 0);
  return follower;
}

test("a frame that begins where the page is leads on", () => {
  const follower = following(12);
  const [step] = follower.heard(frame(12, 13, [{ id: 1 }]), 5);
  assert.deepEqual(step, { act: "apply", feed: FEED, changes: [{ id: 1 }], isContiguous: true, since: 12, until: 13 });
  assert.deepEqual(follower.positions[FEED], [13, 130]);
});

test("a frame that begins where the page was earlier leads on, too", () => {
  const follower = following(12);
  follower.heard(frame(12, 13), 5);
  follower.heard(frame(12, 14), 6);
  assert.deepEqual(follower.positions[FEED], [14, 140]);
});

test("a frame from further on is shown, moves nothing and makes the page ask once", () => {
  const follower = following(12);
  assert.equal(follower.heard(frame(13, 14, [{ id: 2 }]), 100)[0].isContiguous, false);
  assert.deepEqual(follower.positions[FEED], [12, 120]);
  assert.equal(follower.askAt, 100 + ASK_WITHIN / 2);
  follower.heard(frame(14, 15), 200);
  assert.equal(follower.askAt, 100 + ASK_WITHIN / 2, "one question for both");
  assert.deepEqual(follower.due(599), []);
  assert.deepEqual(follower.due(600), [{ act: "ask", positions: { [FEED]: [12, 120] } }]);
  follower.heard(frame(14, 15), 700);
  assert.equal(follower.askAt, null, "no second question before the answer");
  follower.heard(frame(12, 15), 800);
  follower.heard(beat(15), 800);
  assert.deepEqual(follower.positions[FEED], [15, 150]);
});

test("a question in vain is asked again, later each time", () => {
  const follower = following(12);
  let now = 0;
  const waits = [];
  for (let round = 0; round < 8; round += 1) {
    follower.heard(beat(14), now);
    waits.push(follower.askAt - now);
    now = follower.askAt;
    assert.equal(follower.due(now)[0].act, "ask");
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
});

test("a frame of another history leads nowhere, though its number fits", () => {
  const follower = following(12);
  follower.heard({ ...frame(12, 13), since_stamp: 999 }, 5);
  assert.deepEqual(follower.positions[FEED], [12, 120]);
  assert.equal(follower.isUnsure, true);
});

test("what was shown across a gap that nobody closed is loaded anew when the connection ends", () => {
  const follower = following(12);
  follower.heard(frame(13, 14), 5);
  assert.deepEqual(follower.closed(), [{ act: "load" }]);
  assert.equal(follower.isStale, true);
});

test("pieces of two frames may come in turn", () => {
  const follower = following(12);
  const [first, second] = [JSON.stringify(frame(12, 13)), JSON.stringify(frame(13, 14))];
  const half = (text, n) => (n ? text.slice(20) : text.slice(0, 20));
  for (const [of, n] of [[7, 0], [8, 0], [7, 1], [8, 1]]) {
    follower.heard({ piece: [n, 2], of, text: half(of === 7 ? first : second, n) }, 5);
  }
  assert.deepEqual(follower.positions[FEED], [14, 140]);
});

test("pieces of a connection that ended are forgotten", () => {
  const follower = following(12);
  const text = JSON.stringify(frame(12, 13));
  follower.heard({ piece: [0, 2], of: 7, text: text.slice(0, 9) }, 5);
  follower.closed();
  follower.opened(6);
  assert.deepEqual(follower.heard({ piece: [1, 2], of: 7, text: text.slice(9) }, 7), []);
  assert.deepEqual(follower.positions[FEED], [12, 120]);
});

test("a reset is obeyed once, and nothing moves until the page is loaded", () => {
  const follower = following(12);
  assert.deepEqual(follower.heard({ feed: FEED, reset: true }, 5), [{ act: "load" }]);
  assert.deepEqual(follower.heard({ feed: FEED, reset: true }, 6), []);
  follower.heard(frame(12, 13), 7);
  assert.deepEqual(follower.positions[FEED], [12, 120]);
  follower.loaded({ [FEED]: [15, 150] });
  assert.equal(follower.isStale, false);
  assert.deepEqual(follower.positions[FEED], [15, 150]);
});

test("a page that holds back goes back to where it began to, and is told of a reset again later", () => {
  const follower = following(12);
  follower.hold();
  follower.heard(frame(12, 13), 5);
  assert.deepEqual(follower.heard({ feed: FEED, reset: true }, 6), [{ act: "rest" }]);
  follower.rest();
  assert.deepEqual(follower.positions[FEED], [12, 120]);
  assert.equal(follower.isStale, false);
  follower.heard(frame(13, 14), 7);
  assert.deepEqual(follower.positions[FEED], [12, 120], "what it heard meanwhile is forgotten");
});

test("a beat of another history at the same revision is a gap", () => {
  const follower = following(12);
  follower.heard({ ...beat(12), stamp: 999 }, 5);
  assert.notEqual(follower.askAt, null);
});

test("a connection that says nothing for too long is ended", () => {
  const follower = following(12);
  assert.deepEqual(follower.due(SILENCE), []);
  assert.deepEqual(follower.due(SILENCE + 1), [{ act: "end" }]);
  follower.closed();
  assert.deepEqual(follower.due(10 * SILENCE), []);
});

test("what is said of a feed this page does not follow is nothing to it", () => {
  const follower = following(12);
  assert.deepEqual(follower.heard({ ...frame(12, 13), feed: "event:1" }, 5), []);
});
