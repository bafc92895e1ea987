// A plugin for Vite: keeps the types of the flags up to date while somebody works on the snapshot, and before every build.
import { resolve, sep } from "node:path";
import { runTidegate } from "tidegate/command";

export interface VitePluginOptions {
  /** The snapshot, or the folder of its sources; relative to Vite's root. */
  readonly snapshot: string;
  /** Where the types go, such as `src/flags.d.ts`; relative to Vite's root. */
  readonly types: string;
  /** Whether texts and numbers inside of objects are `string` and `number`: `--widen`. */
  readonly widen?: boolean;
}

/** What the plugin wants of Vite, from 6 on. */
interface Config {
  readonly root: string;
  readonly command: "build" | "serve";
  readonly logger: { info(message: string): void; warn(message: string): void; error(message: string): void };
}

interface Server {
  readonly watcher: {
    add(path: string): unknown;
    on(event: "all", listener: (event: string, path: string) => void): unknown;
  };
  readonly ws: { send(message: { type: "full-reload" }): void };
}

/** A plugin of Vite. It is nothing to what is bundled. */
export interface VitePlugin {
  readonly name: "tidegate";
  configResolved(config: Config): void;
  buildStart(): Promise<void>;
  configureServer(server: Server): void;
}

/** An editor saves in several steps; what comes this soon after another change, in milliseconds, is one with it. */
const TOGETHER = 50;

/**
 * Writes the types of a snapshot's flags as `tidegate types` does: when the server starts, whenever the snapshot changes, and before
 * a build. A page of the development server is then loaded anew. A snapshot that is refused leaves the types as they are; it fails a build.
 */
export function tidegate({ snapshot, types, widen = false }: VitePluginOptions): VitePlugin {
  let config: Config;
  /** The last run: one at a time, since each may write the file. */
  let last: Promise<unknown> = Promise.resolve();

  function write(): Promise<boolean> {
    const run = last.then(async () => {
      const args = ["types", snapshot, "--output", types, ...(widen ? ["--widen"] : [])];
      const { code, stderr } = await runTidegate(args, { cwd: config.root });
      if (code === 0) {
        if (stderr !== "") config.logger.warn(stderr);
        return true;
      }
      if (config.command === "build") throw new Error(stderr);
      config.logger.error(stderr);
      return false;
    });
    last = run.catch(() => {});
    return run;
  }

  return {
    name: "tidegate",
    configResolved(resolved) {
      config = resolved;
    },
    async buildStart() {
      await write();
    },
    configureServer({ watcher, ws }) {
      const place = resolve(config.root, snapshot);
      let timer: ReturnType<typeof setTimeout> | undefined;
      watcher.add(place);
      watcher.on("all", (_event, path) => {
        const changed = resolve(path);
        if (changed !== place && !changed.startsWith(place + sep)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void reload(), TOGETHER);
      });

      async function reload(): Promise<void> {
        try {
          if (await write()) ws.send({ type: "full-reload" });
        } catch (cause) {
          // There is nobody to throw to.
          config.logger.error(`tidegate: ${cause}`);
        }
      }
    },
  };
}
