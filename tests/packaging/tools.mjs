// What is done with each project in projects/: it is built as its scripts say, run where its user runs it, and asked for
// a decision. What a user has to write for Tidegate's sake is told beside.
import { Project } from "./project.mjs";

const NOTHING = "nothing";
const [major] = process.versions.node.split(".");

/** Each tool yields where it was asked, once it decided there. */
const TOOLS = {
  esbuild: {
    write:
      "`tidegate_bg=tidegate/tidegate_bg.wasm --loader:.wasm=copy`, the module as one more entry; or import `tidegate/inline`",
    async *ask(project) {
      project.run("build");
      await project.page(await project.serve("public"));
      yield "a page";
    },
  },
  next: {
    write: NOTHING,
    async *ask(project) {
      for (const [build, by] of [
        ["build", "by Turbopack"],
        ["build:webpack", "by webpack"],
      ]) {
        project.run(build);
        const { origin, end } = await project.start("start", (port) => ["--hostname", "127.0.0.1", "--port", port]);
        await project.page(origin);
        yield `a page ${by}`;
        await project.answer(`${origin}/api/decide`);
        yield `a route handler ${by}`;
        await project.answer(`${origin}/edge`);
        yield `edge middleware ${by}`;
        await end();
      }
    },
  },
  rolldown: {
    write: "`experimental: { resolveNewUrlToAsset: true }`; or import `tidegate/inline`",
    async *ask(project) {
      project.run("build");
      await project.page(await project.serve("public"));
      yield "a page";
    },
  },
  vite: {
    write: NOTHING,
    async *ask(project) {
      const { origin } = await project.start("dev", (port) => ["--host", "127.0.0.1", "--strictPort", "--port", port]);
      await project.page(origin);
      yield "a page of the development server";
      project.run("build");
      await project.page(await project.serve("dist"));
      yield "a built page";
    },
  },
  vitest: {
    place: ".",
    write: NOTHING,
    *ask(project) {
      project.run("test");
      yield "tests in Node and in jsdom";
    },
  },
  webpack: {
    write: NOTHING,
    async *ask(project) {
      project.run("build");
      await project.page(await project.serve("public"));
      yield "a page";
    },
  },
  wrangler: {
    place: ".",
    // It wants a later Node than this project: npm has that too.
    more: Number(major) < 22 ? [`node-${process.platform}-${process.arch}@22.23.3`] : [],
    write: NOTHING,
    async *ask(project) {
      project.run("build");
      await project.answer(await project.worker("dist", "worker.js"));
      yield "a worker in workerd";
    },
  },
};

/** Tries one tool; answers its row of the table. */
export async function tryTool(tool) {
  const { write, ask, ...given } = TOOLS[tool];
  const project = new Project(tool);
  try {
    project.install(given);
    const asked = [];
    for await (const where of ask(project)) {
      console.log(`${tool}: ${where}: decided`);
      asked.push(where);
    }
    return { tool, version: project.version(tool), asked, write };
  } finally {
    await project.close();
  }
}
