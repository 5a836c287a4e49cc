// Sets comments in as forum/kernel/indents.py does, when something has arrived or left.
const WIDEST = 5;

export function settleIndents() {
  document.addEventListener("page:changed", settle);
  settle();
}

function settle() {
  const comments = [...document.querySelectorAll("#comments > .comment")];
  const answers = new Map();
  for (const { dataset } of comments) answers.set(dataset.parent, (answers.get(dataset.parent) ?? 0) + 1);
  const known = new Map();
  for (const { dataset } of comments) {
    const above = known.get(dataset.parent);
    const level = Number(dataset.level);
    const isOnly = level > 1 && answers.get(dataset.parent) === 1;
    const steps = above ? above.steps + (isOnly && above.isOnly ? 0 : 1) : level;
    known.set(dataset.id, { steps, isOnly });
    const indent = String(Math.min(steps, WIDEST));
    if (dataset.indent !== indent) dataset.indent = indent;
  }
}
