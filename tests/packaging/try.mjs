// `node try.mjs TOOL FILE`: tries one of the projects and writes its row of the table, as JSON.
import { writeFileSync } from "node:fs";
import { tryTool } from "./tools.mjs";

const [tool, file] = process.argv.slice(2);
writeFileSync(file, JSON.stringify(await tryTool(tool)));
