// Numbers in sentences, in the forms that the page's language has: data-replies-one, data-replies-other, …
const rules = new Intl.PluralRules(document.documentElement.lang || undefined);

/** The sentence `name` of an element for `n` things; empty for none. */
export function counted(element, name, n, more = {}) {
  if (!n) return "";
  const rule = rules.select(n);
  const text = element.dataset[`${name}${rule[0].toUpperCase()}${rule.slice(1)}`] ?? element.dataset[`${name}Other`];
  return filled(text, { n, ...more });
}

/** A sentence with its {places} filled in. */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
