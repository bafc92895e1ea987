// The command reference: what `tidegate --help` and each verb's `--help` say.
import { execFileSync } from "node:child_process";

/** The page, by the command at a path. */
export function commandPage(command) {
  const help = (verbs) =>
    execFileSync(command, [...verbs, "--help"], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  const parts = [
    "# Command reference",
    "What `tidegate --help` says, and `--help` of each verb. From npm it is `npx tidegate`, from a checkout `cargo run -p tidegate-cli --`.",
    block(help([])),
  ];
  const visit = (verbs) => {
    const text = help(verbs);
    const [about] = text.split("\n");
    parts.push(
      `${"#".repeat(verbs.length + 1)} tidegate ${verbs.join(" ")}`,
      `${about}.`,
      block(text.slice(about.length).trim()),
    );
    for (const verb of verbsIn(text)) visit([...verbs, verb]);
  };
  for (const verb of verbsIn(help([]))) visit([verb]);
  return `${parts.join("\n\n")}\n`;
}

/** The verbs that a help lists below `Commands:`. */
function verbsIn(help) {
  const [, list = ""] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
  return Array.from(list.matchAll(/^ {2}([a-z-]+)/gm), ([, verb]) => verb).filter((verb) => verb !== "help");
}

function block(text) {
  return `\`\`\`text generated\n${text.trim()}\n\`\`\``;
}
