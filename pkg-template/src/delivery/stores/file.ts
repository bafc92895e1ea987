import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { checked, type SnapshotStore, type Stored } from "../stored.js";

/**
 * Keeps the last good snapshot in a file, for Node, Deno and Bun. It is written beside itself and then renamed, so that whoever
 * reads it finds the old one or the new one; its folder has to be there. One file is for one URL: what came from another counts as
 * none.
 */
export function fileStore(file: string | URL): SnapshotStore {
  const path = typeof file === "string" ? file : fileURLToPath(file);
  return {
    async get(url) {
      let content: Uint8Array;
      try {
        content = await readFile(path);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw cause;
      }
      return read(content, url);
    },
    async set(url, stored) {
      const beside = `${path}.${randomUUID()}.tmp`;
      try {
        const handle = await open(beside, "wx");
        try {
          await handle.writeFile(lineOf(url, stored));
          await handle.writeFile(stored.bytes);
          // A name that is on the disk before what it names would be no better than half a file.
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(beside, path);
      } catch (cause) {
        await rm(beside, { force: true });
        throw cause;
      }
    },
  };
}

/** The first line says what follows it. */
function lineOf(url: string, { bytes, etag, confirmedAt }: Stored): string {
  return `${JSON.stringify({ url, etag, confirmedAt, length: bytes.byteLength })}\n`;
}

function read(content: Uint8Array, url: string): Stored | undefined {
  const end = content.indexOf(0x0a);
  if (end < 0) return undefined;
  let said: Record<string, unknown> | null;
  try {
    said = JSON.parse(new TextDecoder().decode(content.subarray(0, end)));
  } catch {
    // Somebody else's file, or a damaged one: the next good snapshot replaces it.
    return undefined;
  }
  const bytes = content.slice(end + 1);
  if (said?.["url"] !== url || said["length"] !== bytes.byteLength) return undefined;
  return checked({ bytes: new Uint8Array(bytes), etag: said["etag"], confirmedAt: said["confirmedAt"] });
}
