// Where a snapshot and the module may come from, and what is said where they don't.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Tidegate } from "tidegate";
import { encode, SHOP } from "./snapshots.mjs";

const TEXT = JSON.stringify(SHOP);

let folder;
let server;
let origin;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidegate-"));
  await writeFile(join(folder, "snapshot.json"), TEXT);
  const pages = {
    "/snapshot.json": [200, "application/json", TEXT],
    "/page": [200, "text/html", "<!doctype html><title>Sign in</title>"],
    "/broken": [200, "application/json", "{"],
    "/gone": [404, "text/html", "<!doctype html><title>Not found</title>"],
    "/error": [503, "application/json", "{}"],
  };
  server = createServer((request, response) => {
    const [status, type, body] = pages[request.url];
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const decides = (tide) => assert.equal(tide.boolean("cart-v2", false), true);

const refusal = async (source) => {
  let refused;
  await assert.rejects(Tidegate.load(source), (error) => {
    refused = error;
    return error.name === "TidegateError";
  });
  return refused;
};

describe("a snapshot is loaded from", () => {
  it("bytes, a buffer, a view, an object", async () => {
    const bytes = encode(SHOP);
    for (const source of [bytes, bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes), SHOP]) {
      decides(await Tidegate.load(source));
    }
  });

  it("a URL, or its text", async () => {
    decides(await Tidegate.load(new URL("/snapshot.json", origin)));
    decides(await Tidegate.load(`${origin}/snapshot.json`));
    decides(await Tidegate.load(`data:application/json,${encodeURIComponent(TEXT)}`));
  });

  it("a file", async () => {
    const file = join(folder, "snapshot.json");
    decides(await Tidegate.load(pathToFileURL(file)));
    decides(await Tidegate.load(pathToFileURL(file).href));
    decides(await Tidegate.load(`./${relative(process.cwd(), file)}`));
    decides(await Tidegate.load(file));
  });

  it("a response or a blob", async () => {
    decides(await Tidegate.load(await fetch(`${origin}/snapshot.json`)));
    decides(await Tidegate.load(new Response(TEXT)));
    decides(await Tidegate.load(new Blob([TEXT])));
  });
});

describe("a load fails with", () => {
  it("the status and the URL", async () => {
    for (const [path, status] of [
      ["/gone", 404],
      ["/error", 503],
    ]) {
      for (const source of [`${origin}${path}`, await fetch(`${origin}${path}`)]) {
        const { code, message } = await refusal(source);
        assert.equal(code, "FETCH_FAILED");
        assert.ok(message.includes(`${origin}${path}`) && message.includes(String(status)), message);
      }
    }
  });

  it("the URL and the cause where nothing answers", async () => {
    const { code, message, cause } = await refusal("http://127.0.0.1:9/snapshot.json");
    assert.equal(code, "FETCH_FAILED");
    assert.match(message, /`http:\/\/127\.0\.0\.1:9\/snapshot\.json` could not be fetched: .+/);
    assert.ok(cause instanceof Error);
    const missing = await refusal(new URL("absent.json", pathToFileURL(`${folder}/`)));
    assert.equal(missing.code, "FETCH_FAILED");
    assert.match(missing.message, /absent\.json.*ENOENT/);
  });

  it("what was found and where, for a page in the snapshot's place", async () => {
    const { code, message } = await refusal(`${origin}/page`);
    assert.equal(code, "NOT_JSON_HTML");
    assert.match(message, /HTML/);
    assert.ok(message.includes(`${origin}/page`), message);
    const broken = await refusal(`${origin}/broken`);
    assert.equal(broken.code, "INVALID_JSON");
    assert.ok(broken.message.includes(`${origin}/broken`), broken.message);
  });

  it("advice, for text that is no URL", async () => {
    const { code, message } = await refusal(TEXT);
    assert.equal(code, "INVALID_ARGUMENT");
    assert.match(message, /JSON\.parse\(text\)/);
    for (const text of ["snapshot", "snapshot.json", "", "ftp://shop.example/", "https://"]) {
      assert.equal((await refusal(text)).code, "INVALID_ARGUMENT", text);
    }
  });

  it("a code, for what is no source at all", async () => {
    for (const source of [undefined, null, 1, true, Symbol("x"), () => SHOP]) {
      assert.equal((await refusal(source)).code, "INVALID_ARGUMENT");
    }
    const used = new Response(TEXT);
    await used.text();
    assert.equal((await refusal(used)).code, "FETCH_FAILED");
  });
});

/** Runs a program in a Node of its own, where nothing has started the module yet. */
function run(program, ...flags) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  assert.equal(stderr.replace(/^Warning: disabling flag --expose_wasm.*\n/, ""), "", "the console is silent");
  return JSON.parse(stdout);
}

const REPORT = `
  const report = (promise) => promise.then(() => "fine", ({ name, code, message }) => ({ name, code, message }));
  const SHOP = ${TEXT};
`;

describe("the module", () => {
  it("is not obtained, compiled or asked for the time by an import", () => {
    const touched = run(`
      const touched = [];
      const spy = (object, name) => {
        const original = object[name];
        object[name] = new Proxy(original, {
          apply: (...call) => (touched.push(name), Reflect.apply(...call)),
          construct: (...call) => (touched.push(name), Reflect.construct(...call)),
        });
      };
      for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming", "Module", "Instance"]) spy(WebAssembly, name);
      spy(globalThis, "fetch");
      spy(Date, "now");
      spy(Math, "random");
      spy(crypto, "getRandomValues");
      spy(globalThis, "eval");
      spy(globalThis, "Function");
      for (const entry of ["tidegate", "tidegate/inline", "tidegate/module", "tidegate/openfeature-server"]) await import(entry);
      console.log(JSON.stringify(touched));
    `);
    assert.deepEqual(touched, []);
  });

  it("must be there before the constructor is called", () => {
    const { name, code, message } = run(`${REPORT}
      import { Tidegate } from "tidegate";
      console.log(JSON.stringify(await report(Promise.resolve().then(() => new Tidegate(SHOP)))));
    `);
    assert.deepEqual([name, code], ["TidegateError", "NOT_INITIALISED"]);
    assert.match(message, /Tidegate\.init/);
  });

  it("is brought by the caller of tidegate/module", () => {
    const answers = run(`${REPORT}
      import { readFile } from "node:fs/promises";
      import { Tidegate } from "tidegate/module";
      const answers = [await report(Tidegate.load(SHOP))];
      const bytes = await readFile(new URL(import.meta.resolve("tidegate/tidegate_bg.wasm")));
      await Tidegate.init(WebAssembly.compile(bytes));
      answers.push(new Tidegate(SHOP).boolean("cart-v2", false));
      console.log(JSON.stringify(answers));
    `);
    assert.equal(answers[0].code, "NOT_INITIALISED");
    assert.match(answers[0].message, /Tidegate\.init\(module\)/);
    assert.equal(answers[1], true);
  });

  it("may be given as bytes, a response or a URL", () => {
    for (const given of [
      "await readFile(url)",
      "new Response(await readFile(url), { headers: { 'content-type': 'application/wasm' } })",
      "url",
    ]) {
      const entry = given === "url" ? "tidegate" : "tidegate/module";
      const answer = run(`${REPORT}
        import { readFile } from "node:fs/promises";
        import { Tidegate } from "${entry}";
        const url = new URL(import.meta.resolve("tidegate/tidegate_bg.wasm"));
        await Tidegate.init(${given});
        console.log(new Tidegate(SHOP).boolean("cart-v2", false));
      `);
      assert.equal(answer, true, given);
    }
  });

  it("may be a module of another realm, as the edge sandbox of Next.js has it", () => {
    const answer = run(`${REPORT}
      import { readFile } from "node:fs/promises";
      import { runInNewContext } from "node:vm";
      import { Tidegate } from "tidegate/module";
      const bytes = await readFile(new URL(import.meta.resolve("tidegate/tidegate_bg.wasm")));
      const module = runInNewContext("new WebAssembly.Module(bytes)", { bytes });
      const isForeign = !(module instanceof WebAssembly.Module);
      await Tidegate.init(module);
      console.log(JSON.stringify([isForeign, new Tidegate(SHOP).boolean("cart-v2", false)]));
    `);
    assert.deepEqual(answer, [true, true]);
  });

  it("comes as text with tidegate/inline, which is the same Tidegate", () => {
    const answers = run(`${REPORT}
      import { Tidegate } from "tidegate/inline";
      const tide = await Tidegate.load(SHOP);
      const { Tidegate: other } = await import("tidegate");
      console.log(JSON.stringify([tide.boolean("cart-v2", false), tide instanceof other]));
    `);
    assert.deepEqual(answers, [true, true]);
  });

  it("is tried again after a failure", () => {
    const answers = run(`${REPORT}
      import { Tidegate } from "tidegate";
      const answers = [
        await report(Tidegate.init(Promise.reject(new Error("offline")))),
        await report(Tidegate.init(new TextEncoder().encode("<!doctype html>"))),
        await report(Tidegate.init(new TextEncoder().encode("not wasm"))),
        await report(Tidegate.init("./tidegate_bg.wasm")),
        await report(Tidegate.init()),
        await report(Promise.all([Tidegate.init(), Tidegate.load(SHOP)])),
      ];
      console.log(JSON.stringify(answers));
    `);
    assert.deepEqual(
      answers.map((answer) => answer.code ?? answer),
      ["WASM_UNAVAILABLE", "WASM_UNAVAILABLE", "WASM_UNAVAILABLE", "INVALID_ARGUMENT", "fine", "fine"],
    );
    assert.match(answers[0].message, /offline/);
    assert.match(answers[1].message, /HTML page where the module tidegate_bg\.wasm was expected/);
  });

  it("is missed, in words, where there is no WebAssembly", () => {
    // Node without its compilers has no WebAssembly either.
    const [refused, fallback, fixed] = run(
      `${REPORT}
      import { Tidegate } from "tidegate";
      const fixed = Tidegate.fixed({ a: true });
      console.log(JSON.stringify([await report(Tidegate.load(SHOP)), fixed.boolean("b", false), fixed.boolean("a", false)]));
      `,
      "--jitless",
      "--disable-warning=ExperimentalWarning",
    );
    assert.deepEqual([refused.name, refused.code], ["TidegateError", "WASM_UNAVAILABLE"]);
    assert.match(refused.message, /no WebAssembly/);
    assert.deepEqual([fallback, fixed], [false, true]);
  });
});

describe("the version", () => {
  it("is the crate's", async () => {
    const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
    const manifest = await readFile(new URL("../../Cargo.toml", import.meta.url), "utf8");
    assert.match(manifest, new RegExp(`^version = "${version.replaceAll(".", "\\.")}"$`, "m"));
  });
});
