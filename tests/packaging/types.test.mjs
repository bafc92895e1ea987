// The packed declarations, as users compile against them: strictly, and with nothing skipped.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { install, root } from "./tarball.mjs";

const folder = install("types");
const SERVER = `
  import { Tidegate, type LoadReport } from "tidegate";
  import { TidegateProvider } from "tidegate/openfeature-server";
  import { type ExposureSender, httpSink, sendExposures } from "tidegate/exposures";
  import { type ConnectOptions, connect } from "tidegate/delivery";
  import { fileStore } from "tidegate/delivery/file";
  import { cookieStore } from "tidegate/stores";
  const tide: Tidegate = await Tidegate.load(new URL("https://shop.example/snapshot.json"));
  export const report: LoadReport = tide.loadReport;
  export const store = cookieStore({ header: null });
  export const sender: ExposureSender = sendExposures(tide, { sink: httpSink({ url: "https://shop.example/exposures" }) });
  export const provider = new TidegateProvider(tide);
  const options: ConnectOptions = { url: "https://shop.example/snapshot.json", store: fileStore("snapshot") };
  export const delivered = new TidegateProvider(await connect(Tidegate, options));
`;

for (const [name, options, sources] of [
  [
    "a browser, by a bundler",
    { lib: ["ES2022", "DOM"], module: "ESNext", moduleResolution: "bundler", types: [] },
    ["flags.ts"],
  ],
  ["a browser, by Node's rules", { lib: ["ES2022", "DOM"], module: "NodeNext", types: [] }, ["flags.ts"]],
  ["Node", { lib: ["ES2022"], module: "NodeNext", types: ["node"] }, ["server.ts"]],
  [
    "both",
    { lib: ["ESNext", "DOM"], module: "NodeNext", types: ["node"] },
    ["delivery.ts", "flags.ts", "providers.ts", "server.ts"],
  ],
]) {
  describe(`a program for ${name}`, () => {
    it("compiles", () => {
      const place = join(folder, name.replaceAll(/\W+/g, "-"));
      mkdirSync(place);
      for (const source of sources) {
        if (source === "server.ts") writeFileSync(join(place, source), SERVER);
        else cpSync(join(root, "pkg-template/tests/types", source), join(place, source));
      }
      const compilerOptions = { target: "ES2022", strict: true, noEmit: true, skipLibCheck: false, ...options };
      writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions }));
      const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", place], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stdout);
    });
  });
}
