// The packed package, installed as a user installs it, in a folder of its own under target/.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Packs the package, unless it is packed already, and installs it; returns the folder it is installed in. */
export function install(name) {
  const folder = join(root, "target/packaging", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  const flags = [
    "--offline",
    "--ignore-scripts",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    "--loglevel",
    "error",
  ];
  // What it says is no part of what the caller prints.
  const stdio = ["ignore", process.stderr, process.stderr];
  execFileSync("npm", ["install", tarball(folder), ...flags], { cwd: folder, stdio });
  return folder;
}

/** The packed package: the one that the environment names, or one that is packed into the folder. */
export function tarball(folder) {
  const packed = process.env["TIDEGATE_TARBALL"];
  if (packed !== undefined) return packed;
  const flags = ["--workspace", "pkg-template", "--json", "--loglevel", "error", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", ...flags], { cwd: root, encoding: "utf8" }));
  return join(folder, filename);
}

/** The vectors, by file name. */
export function vectors() {
  const folder = join(root, "tests/vectors");
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
