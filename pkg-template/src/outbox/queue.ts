// The rows that wait, oldest first, within bounds.

/** A row as it is sent. */
export interface Item {
  readonly id: string;
  /** When the unit met the variant: what was met first is sent, and dropped, first. */
  readonly at: number;
  readonly text: string;
  /** The text in bytes of UTF-8, with its line end. */
  readonly bytes: number;
}

export class Queue {
  readonly #most: number;
  readonly #mostBytes: number;
  #items: Item[] = [];
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get length(): number {
    return this.#items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Puts items behind the others. Answers those that had to leave for want of room, oldest first. */
  add(items: readonly Item[]): Item[] {
    this.#items.push(...items);
    this.#bytes += bytesOf(items);
    return this.#trim();
  }

  /** The same in front of the others: they were there before. */
  restore(items: readonly Item[]): Item[] {
    this.#items.unshift(...items);
    this.#bytes += bytesOf(items);
    return this.#trim();
  }

  /** Takes as many off the front as a batch may have, and `least` of them however large they are. */
  take(most: number, mostBytes: number, least: number): Item[] {
    let [count, bytes] = [0, 0];
    for (const item of this.#items) {
      if (count >= least && (count === most || bytes + item.bytes > mostBytes)) break;
      bytes += item.bytes;
      count += 1;
    }
    this.#bytes -= bytes;
    return this.#items.splice(0, count);
  }

  #trim(): Item[] {
    let [count, bytes] = [0, this.#bytes];
    for (const item of this.#items) {
      if (this.#items.length - count <= this.#most && bytes <= this.#mostBytes) break;
      bytes -= item.bytes;
      count += 1;
    }
    this.#bytes = bytes;
    return this.#items.splice(0, count);
  }
}

export function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}
