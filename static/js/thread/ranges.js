// The same sets of numbers as forum/kernel/ranges.py: "1-40,45".

export function parse(text) {
  return (text || "").split(",").filter(Boolean).map((part) => {
    const [first, last] = part.split("-").map(Number);
    return [first, last ?? first];
  });
}

export function has(ranges, number) {
  return ranges.some(([first, last]) => first <= number && number <= last);
}

export function union(...sets) {
  const joined = [];
  for (const [first, last] of sets.flat().sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

export function write(ranges) {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}
