// A strip of dots: one for each unit, column after column, in the order and the colours that it is given.

/** From this width on a strip is wide, in CSS pixels. */
const WIDE = 480;

/** A colour as a canvas has it in memory: alpha, blue, green, red. */
export type Colour = number;

/** The colour that the style sheet gives an element, which nothing is seen through. */
export function colourOf(element: Element): Colour {
  const written = getComputedStyle(element).backgroundColor;
  const [red = 0, green = 0, blue = 0] = written.match(/[\d.]+/g)?.map(Number) ?? [];
  // Mixed colours are written `color(srgb …)`, in parts of one.
  const whole = written.startsWith("color(") ? 255 : 1;
  const [r, g, b] = [red * whole, green * whole, blue * whole].map(Math.round);
  return ((255 << 24) | ((b ?? 0) << 16) | ((g ?? 0) << 8) | (r ?? 0)) >>> 0;
}

/** The distance from dot to dot in CSS pixels: where there is one strip, and where it is wide, dots may be larger. */
export function pitchOf(width: number, strips: number): number {
  return (width < WIDE ? 2 : 3) + (strips === 1 ? 1 : 0);
}

/**
 * Paints a dot for each entry of `colours`, across a width in CSS pixels. `fallen` says how far the dots have come down into
 * their places, from 0 to 1: each sets out at a time of its own.
 */
export function paintStrip(
  canvas: HTMLCanvasElement,
  colours: Uint32Array,
  { width, pitch: wanted }: { readonly width: number; readonly pitch: number },
  fallen: number,
): void {
  const drawing = canvas.getContext("2d");
  if (width === 0 || drawing === null) return;
  const scale = Math.max(1, devicePixelRatio);
  const pitch = Math.round(wanted * scale);
  const dot = pitch - Math.max(1, Math.round(scale / 2));
  const rows = Math.ceil(colours.length / Math.max(1, Math.floor((width * scale) / pitch)));
  const columns = Math.ceil(colours.length / rows);
  const [across, down] = [columns * pitch, rows * pitch];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  // A dot is a whole number of the screen's own pixels.
  canvas.style.width = `${across / scale}px`;
  const picture = drawing.createImageData(across, down);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let at = 0; at < colours.length; at++) {
    const left = Math.floor(at / rows) * pitch;
    const top = (at % rows) * pitch - drop(at, fallen) * down;
    for (let y = Math.max(0, Math.round(top)); y < top + dot; y++) {
      pixels.fill(colours[at] ?? 0, y * across + left, y * across + left + dot);
    }
  }
  drawing.putImageData(picture, 0, 0);
}

/** How far above its place a dot still is, in heights of the strip. */
function drop(at: number, fallen: number): number {
  if (fallen >= 1) return 0;
  // Multiples of the golden ratio scatter the beginnings evenly.
  const delay = ((at * 0.618_033_988_75) % 1) * 0.5;
  const way = Math.min(Math.max((fallen - delay) * 2, 0), 1);
  return 1.1 * (1 - way * way);
}
