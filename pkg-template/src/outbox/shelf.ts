import { Trouble } from "../trouble.js";
import type { Item } from "./queue.js";

// Rows in IndexedDB, so that those that could not be sent are there at the next visit. Where there is none, or it fails, rows wait in
// memory alone: nothing here keeps them back.

const ROWS = "rows";

/** How long opening may take: some browsers never answer. */
const PATIENCE = 5000;

export class Shelf {
  readonly #trouble: Trouble;
  readonly #opened: Promise<IDBDatabase | undefined>;
  /** The same, once it is there: what is written at a page's end can't wait for promises. */
  #database: IDBDatabase | undefined;
  #put: Item[] = [];
  #removed: string[] = [];
  #isWriting = false;

  constructor(name: string) {
    this.#trouble = new Trouble("SINK_FAILED", `the database \`${name}\` of exposures`);
    this.#opened = open(name).then(
      (database) => {
        this.#database = database;
        // Whoever wants to delete it may.
        database.onversionchange = () => database.close();
        return database;
      },
      (cause) => {
        this.#trouble.tell("can't be opened", cause);
        return undefined;
      },
    );
  }

  /** What earlier visits left, and other pages have not sent yet, oldest first. To be called before anything is put. */
  async load(): Promise<Item[]> {
    const database = await this.#opened;
    if (database === undefined) return [];
    try {
      const rows = database.transaction(ROWS, "readonly").objectStore(ROWS).getAll();
      const items = await answerOf<Item[]>(rows);
      return items.sort((one, other) => one.at - other.at);
    } catch (cause) {
      this.#trouble.tell("can't be read", cause);
      return [];
    }
  }

  put(items: readonly Item[]): void {
    this.#put.push(...items);
    this.#soon();
  }

  remove(items: readonly Item[]): void {
    this.#removed.push(...items.map(({ id }) => id));
    this.#soon();
  }

  /** Writes what there is to write, at once where the database is open. */
  write(): void {
    const database = this.#database;
    if (database === undefined || this.#put.length + this.#removed.length === 0) return;
    const [put, removed] = [this.#put, this.#removed];
    [this.#put, this.#removed] = [[], []];
    try {
      const transaction = database.transaction(ROWS, "readwrite");
      transaction.onabort = () => this.#trouble.tell("can't be written", transaction.error);
      const rows = transaction.objectStore(ROWS);
      for (const item of put) rows.put(item, item.id);
      for (const id of removed) rows.delete(id);
    } catch (cause) {
      this.#trouble.tell("can't be written", cause);
    }
  }

  /** Ends it; what is being written is written. */
  async close(): Promise<void> {
    const database = await this.#opened;
    this.write();
    database?.close();
    this.#database = undefined;
  }

  /** What one turn of the event loop has to write is written together. */
  #soon(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#opened.then(() => {
      this.#isWriting = false;
      this.write();
    });
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    // May throw where storage is forbidden, which rejects.
    const request = indexedDB.open(name, 1);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`it didn't open within ${PATIENCE} ms`));
    }, PATIENCE);
    request.onupgradeneeded = () => request.result.createObjectStore(ROWS);
    request.onsuccess = () => {
      clearTimeout(timer);
      if (isLate) request.result.close();
      else resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
  });
}

function answerOf<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
