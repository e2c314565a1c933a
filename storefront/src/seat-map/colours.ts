/** The colours of a map, from the design's custom properties, which differ between light and dark. */
export interface Colours {
  /** From the dearest price to the cheapest. */
  readonly prices: readonly string[];
  readonly taken: string;
  readonly chosen: string;
  readonly onChosen: string;
  readonly onSeat: string;
  readonly text: string;
  readonly stage: string;
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
  };
}

/** Which of the four shades a price has: the dearest is the strongest. */
export function shadeOf(price: number, prices: readonly number[]): number {
  const sorted = [...new Set(prices)].sort((a, b) => b - a);
  const rank = sorted.indexOf(price);
  return sorted.length <= 4 ? rank : Math.floor((rank * 4) / sorted.length);
}

/** A pixel of ImageData in little-endian order, from #rrggbb. */
export function pixelOf(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}
