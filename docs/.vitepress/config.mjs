import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { GROUPS } from "./pages.mjs";

const docs = fileURLToPath(new URL("..", import.meta.url));

export default defineConfig({
  title: "Tidegate",
  description: "Feature flags and experiments decided where the user is",
  lang: "en-GB",
  outDir: "../target/docs/site",
  cacheDir: "../target/docs/cache",
  srcExclude: ["node_modules/**", "tools/**"],
  lastUpdated: false,
  // The two references are written into the built site beside the pages; `tools/links.mjs` follows every link of the whole.
  ignoreDeadLinks: [/^\/api\//],
  markdown: {
    anchor: { slugify },
    // No page has expressions in it, and some have braces.
    config: (markdown) => {
      markdown.use(plain).use(within);
    },
  },
  head: [["link", { rel: "icon", href: "/icon.svg", type: "image/svg+xml" }]],
  themeConfig: {
    logo: "/icon.svg",
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      { text: "Start", link: "/start/", activeMatch: "^/start/" },
      { text: "Recipes", link: "/recipes/", activeMatch: "^/recipes/" },
      { text: "Reference", link: "/reference/snapshot", activeMatch: "^/reference/" },
      { text: "API", items: API() },
    ],
    sidebar: [
      ...GROUPS.map(({ text, pages }) => ({ text, collapsed: false, items: pages.map(item) })),
      { text: "API", items: API() },
    ],
    socialLinks: [],
    docFooter: { prev: "Before", next: "Next" },
  },
});

function API() {
  return [
    { text: "npm package", link: "/api/npm/index.html", target: "_self" },
    { text: "Rust crate", link: "/api/rust/tidegate/index.html", target: "_self" },
  ];
}

/** A page's name is its first heading. */
function item(page) {
  const text = /^# (.+)$/m.exec(readFileSync(join(docs, `${page}.md`), "utf8"))?.[1];
  if (text === undefined) throw new Error(`docs/${page}.md has no heading`);
  return { text, link: `/${page.replace(/index$/, "")}` };
}

/** A heading's place as GitHub names it, so that links lead there in both. */
function slugify(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

/** Text and code stand as they are written: braces are no expressions. */
function plain(markdown) {
  const { text, code_inline } = markdown.renderer.rules;
  const keep =
    (render) =>
    (tokens, at, ...rest) =>
      render(tokens, at, ...rest).replaceAll("{{", "&#123;&#123;");
  markdown.renderer.rules.text = keep(text);
  markdown.renderer.rules.code_inline = keep(code_inline);
}

/** The site has the pages of docs/ alone: a link to another place of the project is its text. */
function within(markdown) {
  markdown.core.ruler.push("within", ({ env, tokens }) => {
    const depth = (env.relativePath ?? "").split("/").length;
    const leaves = (href) => href?.startsWith("../".repeat(depth)) ?? false;
    for (const { children } of tokens.filter(({ type }) => type === "inline")) {
      for (const [at, token] of children.entries()) {
        if (token.type !== "link_open" || !leaves(token.attrGet("href"))) continue;
        const close = children.findIndex(({ type }, index) => index > at && type === "link_close");
        for (const end of [token, children[close]]) Object.assign(end, { type: "text", content: "", tag: "" });
      }
    }
  });
}
