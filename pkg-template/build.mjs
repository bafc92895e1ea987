// Builds the package into dist/, and its slim form into dist/slim/: the entries with what they share split off, the
// module, the command, and the declarations. Expects what is compiled where `cargo xtask build` leaves it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(here, "dist");
const declared = join(root, "target/package-types");

/** The command, compiled for WASI. */
const command = join(root, "target/command/tidegate.wasm");

/** The two builds: the same sources around different modules. */
const FULL = {
  slim: false,
  glue: join(root, "target/wasm/tidegate.js"),
  wasm: join(root, "target/wasm/tidegate_bg.wasm"),
  entries: "src/entry",
  dist,
  more: {
    inline: "src/entry/inline.ts",
    "openfeature-server": "src/openfeature/server.ts",
    "openfeature-web": "src/openfeature/web.ts",
  },
};
const SLIM = {
  slim: true,
  glue: join(root, "target/wasm-slim/tidegate_slim.js"),
  wasm: join(root, "target/wasm-slim/tidegate_slim_bg.wasm"),
  entries: "src/entry/slim",
  dist: join(dist, "slim"),
  more: {},
};

checkVersion();
rmSync(dist, { recursive: true, force: true });
for (const file of [FULL.wasm, SLIM.wasm, command])
  if (!existsSync(file)) throw new Error(`there is no ${relative(root, file)}: run \`cargo xtask build\``);
for (const kind of [FULL, SLIM]) {
  mkdirSync(kind.dist, { recursive: true });
  await bundle(kind);
  copyFileSync(kind.wasm, join(kind.dist, basename(kind.wasm)));
}
await bundleAlone("src/stores/index.ts", "stores.js", ["@noble/hashes"]);
await bundleAlone("src/outbox/index.ts", "exposures.js", ["@noble/hashes"]);
await bundleAlone("src/delivery/index.ts", "delivery.js", [
  "canonicalize",
  "eventsource-parser",
  "idb-keyval",
  "json-merge-patch",
]);
await bundleAlone("src/delivery/file.ts", "delivery-file.js", []);
await bundleAlone("src/command/index.ts", "command/index.js", []);
await bundleAlone("src/command/main.ts", "command/main.js", []);
await bundleAlone("src/vite/index.ts", "vite.js", []);
copyFileSync(command, join(dist, "command/tidegate.wasm"));
chmodSync(join(dist, "command/main.js"), 0o755);
declare();
copyFileSync(join(root, "LICENSE"), join(here, "LICENSE"));

/** The crate and the package are one release. */
function checkVersion() {
  const crate = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
  const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  if (crate !== version) throw new Error(`package.json has version \`${version}\` where Cargo.toml has \`${crate}\``);
}

async function bundle({ slim, glue, wasm, entries, dist, more }) {
  const named = ["browser", "node", "workerd", "edge-light"].map((name) => [name, `${entries}/${name}.ts`]);
  await build({
    absWorkingDir: here,
    entryPoints: { ...Object.fromEntries(named), module: "src/entry/module.ts", ...more },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    chunkNames: "shared-[hash]",
    alias: { "tidegate-glue": glue },
    define: { SLIM: String(slim), MODULE_FILE: JSON.stringify(basename(wasm)) },
    external: ["node:*", "*.wasm", "*.wasm?module", "tidegate", "@openfeature/*"],
    tsconfigRaw: {},
    plugins: [{ name: "module-as-text", setup: (builder) => moduleAsText(builder, wasm) }],
    logLevel: "warning",
    // The slim module does not explain, and is not asked to.
    logOverride: { "import-is-undefined": "silent" },
  });
}

/** These share nothing with the other entries, which so stay as few files as they are. */
async function bundleAlone(entry, file, libraries) {
  await build({
    absWorkingDir: here,
    entryPoints: [entry],
    outfile: join(dist, file),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    external: ["node:*", "tidegate/*"],
    // The libraries are somebody's work, whose licences ask to be along.
    footer: { js: libraries.map((name) => `/*! ${name}\n${licenceOf(name)}*/`).join("\n") },
    tsconfigRaw: {},
    logLevel: "warning",
  });
}

/** The licence of a library. Apache's text is this package's own, and along already. */
function licenceOf(name) {
  const folder = join(root, "node_modules", name);
  const file = readdirSync(folder).find((found) => /^licen[cs]e/i.test(found));
  if (file === undefined) throw new Error(`${name} has no licence to send along`);
  const text = readFileSync(join(folder, file), "utf8");
  const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (license !== "Apache-2.0") return text;
  return `${/^\s*Copyright (?:\(c\) )?\d.*$/im.exec(text)?.[0].trim() ?? ""}\nApache-2.0: see LICENSE\n`;
}

function moduleAsText(builder, wasm) {
  builder.onResolve({ filter: /^tidegate:base64$/ }, () => ({ path: wasm, namespace: "text" }));
  builder.onLoad({ filter: /.*/, namespace: "text" }, ({ path }) => ({
    contents: `export default ${JSON.stringify(readFileSync(path, "base64"))};`,
  }));
}

/** The declarations of what can be reached from the entries; the others are nobody's business. */
function declare() {
  rmSync(declared, { recursive: true, force: true });
  const options = ["--noEmit", "false", "--emitDeclarationOnly", "--outDir", declared];
  const { status } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", here, ...options], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the types do not check");
  const entries = [
    "index.d.ts",
    "openfeature/server.d.ts",
    "openfeature/web.d.ts",
    "stores/index.d.ts",
    "outbox/index.d.ts",
    "delivery/index.d.ts",
    "delivery/file.d.ts",
    "command/index.d.ts",
    "vite/index.d.ts",
  ];
  const open = entries.map((file) => join(declared, file));
  const seen = new Set(open);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const text = readFileSync(file, "utf8");
    const target = join(dist, relative(declared, file));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    for (const [, path] of text.matchAll(/from "(\.[^"]+)\.js"/g)) {
      const next = `${resolve(dirname(file), path)}.d.ts`;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  writeFileSync(
    join(dist, "tidegate_bg.d.wasm.ts"),
    "declare const module: WebAssembly.Module;\nexport default module;\n",
  );
}
