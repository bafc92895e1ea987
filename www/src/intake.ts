// Snapshots come in as files: picked, or dropped anywhere on the page.

/** Longer ones are decided with, and not shown: a text field of this size is already slow. */
const EDITABLE = 512 * 1024;

export interface Intake {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Empty where the file is too long to be edited. */
  readonly text: string;
}

export async function read(file: File): Promise<Intake> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = bytes.length > EDITABLE ? "" : new TextDecoder().decode(bytes);
  return { name: file.name, bytes, text };
}

/** Calls with a file that is dropped anywhere; the veil shows while one is held over the page. */
export function catchDrops(veil: HTMLElement, caught: (file: File) => void): void {
  const carries = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    // Null where the pointer leaves the page, rather than one element for the next.
    if (event.relatedTarget === null) veil.hidden = true;
  });
  addEventListener("drop", (event) => {
    veil.hidden = true;
    if (!carries(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) caught(file);
  });
}
