// Sets of numbers, compared with what JavaScript's own sets say, for every small case.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./module.mjs";

const { parse, has, union, write } = await load("thread/ranges.js");

const MOST = 6;

/** Every set of the numbers 1 to MOST, as its numbers and as ranges are written. */
function* sets() {
  for (let bits = 0; bits < 2 ** MOST; bits += 1) {
    const numbers = Array.from({ length: MOST }, (_, at) => at + 1).filter((number) => bits & (1 << (number - 1)));
    yield [numbers, write(union(numbers.map((number) => [number, number])))];
  }
}

test("ranges hold exactly the numbers that were put in", () => {
  for (const [numbers, text] of sets()) {
    const ranges = parse(text);
    for (let number = 0; number <= MOST + 1; number += 1) assert.equal(has(ranges, number), numbers.includes(number), text);
    assert.equal(write(ranges), text);
  }
});

test("neighbours become one range", () => {
  assert.equal(write(union(parse("1-3"), parse("4"), parse("6-7"))), "1-4,6-7");
});

test("a union holds what either holds", () => {
  const all = [...sets()];
  for (const [left, leftText] of all) {
    for (const [right, rightText] of all) {
      const ranges = union(parse(leftText), parse(rightText));
      for (let number = 1; number <= MOST; number += 1) {
        assert.equal(has(ranges, number), left.includes(number) || right.includes(number), `${leftText} and ${rightText}`);
      }
    }
  }
});

test("a union changes none of the sets it joins", () => {
  const [left, right] = [parse("1-3"), parse("2-5")];
  union(left, right);
  assert.deepEqual([write(left), write(right)], ["1-3", "2-5"]);
});

test("nothing is no range", () => {
  assert.deepEqual([parse(""), parse(undefined), write([])], [[], [], ""]);
});
