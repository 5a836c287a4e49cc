// Plays recorded calls to static/js/live/follower.js: reads {randoms, positions, calls: [[method, ...arguments]]} a line,
// and writes after each call what came out and what the follower knows then.
import { readFileSync } from "node:fs";
import { load } from "./module.mjs";

const { Follower } = await load("live/follower.js");

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { randoms, positions, calls } = JSON.parse(line);
  const follower = new Follower(positions, () => randoms.shift());
  const answers = calls.map(([method, ...given]) => [follower[method](...given) ?? null, known(follower)]);
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}

function known({ positions, resumeFrom, isStale, isOpen, isUnsure, heardAt, askAt, tries, gaps, unanswered }) {
  const sets = { gaps: [...gaps].sort(), unanswered: [...unanswered].sort() };
  return structuredClone({ positions, resumeFrom, isStale, isOpen, isUnsure, heardAt, askAt, tries, ...sets });
}
