// Loads a script of the product that imports nothing, as a module, whatever this Node takes .js files for.
import { readFileSync } from "node:fs";

export function load(name) {
  const source = readFileSync(new URL(`../../static/js/${name}`, import.meta.url));
  return import(`data:text/javascript;base64,${source.toString("base64")}`);
}
