/** The colours of a map, from the design's custom properties, which differ between light and dark, and its font. */
export interface Colours {
  /** From the highest price to the lowest. */
  readonly prices: readonly string[];
  readonly taken: string;
  readonly chosen: string;
  readonly onChosen: string;
  readonly onSeat: string;
  readonly text: string;
  readonly stage: string;
  readonly name: string;
  /** The colour around names, which are drawn over seats. */
  readonly halo: string;
  readonly font: string;
}

export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    prices: ['--seat-1', '--seat-2', '--seat-3', '--seat-4'].map(read),
    taken: read('--seat-taken'),
    chosen: read('--seat-chosen'),
    onChosen: read('--surface'),
    onSeat: read('--surface'),
    text: read('--ink-soft'),
    stage: read('--sunken'),
    name: read('--ink'),
    halo: read('--surface'),
    font: style.fontFamily,
  };
}

/** Which of the four shades a price has; the highest price has the strongest. */
export function shadeOf(price: number, prices: readonly number[]): number {
  const sorted = [...new Set(prices)].sort((a, b) => b - a);
  const rank = sorted.indexOf(price);
  return sorted.length <= 4 ? rank : Math.floor((rank * 4) / sorted.length);
}

/** #rrggbb as three bytes, red the lowest, as in ImageData (little-endian). */
export function bytesOf(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
}
