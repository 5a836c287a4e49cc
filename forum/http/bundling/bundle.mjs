// Bundles the styles and scripts that bundles.json names into static/bundles, with a hash of its content in each name.
// `make assets` runs it, then finish.py.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../../../static");
const INTO = path.join(ROOT, "bundles");
const { bundles, files } = JSON.parse(await readFile(path.join(import.meta.dirname, "bundles.json")));
const EXPORT = /^export (?:async )?(?:function|class|const|let) (\w+)/gm;
const COMMON = {
  absWorkingDir: ROOT,
  assetNames: "[name]-[hash]",
  bundle: true,
  charset: "utf8",
  entryNames: "[name]-[hash]",
  format: "esm",
  legalComments: "inline", // what begins with /*! stays
  loader: { ".woff2": "file" },
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: INTO,
  target: ["chrome120", "firefox121", "safari17"],
};
const made = {}; // name without hash → name with hash

/** A bundle whose first lines are `lines`; returns the paths of the modules in it, relative to static/. */
async function bundle(name, lines, more = {}) {
  const [stem, kind] = name.split(".");
  const first = { name: "first-lines", setup(on) {
    on.onResolve({ filter: new RegExp(`^${stem}$`) }, () => ({ path: stem, namespace: "first" }));
    on.onLoad({ filter: /.*/, namespace: "first" }, () => ({ contents: lines, loader: kind, resolveDir: ROOT }));
  } };
  const { metafile } = await build({ ...COMMON, entryPoints: { [stem]: stem }, ...more, plugins: [first, ...(more.plugins ?? [])] });
  for (const [output, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    made[entryPoint ? name : Object.keys(inputs)[0]] = path.basename(output); // what is no entry is a font
  }
  return Object.keys(metafile.inputs).filter((input) => !input.startsWith("first:"));
}

const imports = (names) => names.map((name) => `import "./${name}";`).join("\n");
const dryRun = { write: false };

/** The names that a module of ours exports. */
async function exportsOf(module) {
  const names = [...(await readFile(path.join(ROOT, module), "utf8")).matchAll(EXPORT)].map(([, name]) => name);
  if (!names.length) throw new Error(`${module} is shared by two bundles and exports nothing`);
  return names;
}

/** Modules of a bundle that bundles beside it need, too: it exports them, so that both use the same instance. */
async function sharedBy(name, script) {
  const own = new Set(await bundle(`${name}.js`, imports([script]), dryRun));
  const shared = new Set();
  for (const [other, { beside, script: entry }] of Object.entries(bundles)) {
    if (beside !== name) continue;
    for (const module of await bundle(`${other}.js`, imports([entry]), dryRun)) if (own.has(module)) shared.add(module);
  }
  const exported = new Map(); // module → { its name for something: the bundle's name for it }
  for (const [n, module] of [...shared].sort().entries()) {
    const names = await exportsOf(module);
    exported.set(module, Object.fromEntries(names.map((each) => [each, `m${n}_${each}`])));
  }
  return exported;
}

const listed = (names, turn) => Object.entries(names).map(turn).join(", ");

/** Takes what the bundle `file` exports from there. */
function fromBundle(file, exported) {
  return { name: "from-bundle", setup(on) {
    on.onResolve({ filter: /^\.\.?\// }, (asked) => {
      const module = path.relative(ROOT, path.resolve(asked.resolveDir, asked.path));
      return exported.has(module) ? { path: module, namespace: "shared" } : undefined;
    });
    on.onLoad({ filter: /.*/, namespace: "shared" }, ({ path: module }) => ({
      contents: `export { ${listed(exported.get(module), ([name, as]) => `${as} as ${name}`)} } from "./${file}";`,
    }));
    on.onResolve({ filter: /.*/, namespace: "shared" }, ({ path: file }) => ({ path: file, external: true }));
  } };
}

await rm(INTO, { recursive: true, force: true });
await mkdir(INTO, { recursive: true });
const exportedBy = {};
for (const [name, { styles, script, beside }] of Object.entries(bundles)) {
  await bundle(`${name}.css`, styles.map((style) => `@import "./${style}";`).join("\n"));
  if (beside) {
    await bundle(`${name}.js`, imports([script]), { plugins: [fromBundle(made[`${beside}.js`], exportedBy[beside])] });
    continue;
  }
  exportedBy[name] = await sharedBy(name, script);
  const again = [...exportedBy[name]].map(([module, names]) => `export { ${listed(names, ([each, as]) => `${each} as ${as}`)} } from "./${module}";`);
  await bundle(`${name}.js`, [imports([script]), ...again].join("\n"));
}
for (const name of files) {
  const content = await readFile(path.join(ROOT, name));
  const { name: stem, ext } = path.parse(name);
  made[name] = `${stem}-${createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase()}${ext}`;
  await writeFile(path.join(INTO, made[name]), content);
}
await writeFile(path.join(INTO, "manifest.json"), JSON.stringify({ files: made }));
