// A poster is computed from the concert: the same concert has the same poster everywhere, and no picture is loaded.

/** The colours from the back to the front; text has the colour `ink`. */
export interface Palette {
  readonly back: string;
  readonly ink: string;
  readonly shapes: readonly [string, string, string];
}

const palettes: readonly Palette[] = [
  { back: '#16213e', ink: '#f8f3e6', shapes: ['#e94f37', '#f6ae2d', '#2a4d8f'] },
  { back: '#f2e3c9', ink: '#23170f', shapes: ['#d1495b', '#edae49', '#00798c'] },
  { back: '#0d2818', ink: '#eefbf1', shapes: ['#16db65', '#04471c', '#f4d35e'] },
  { back: '#2b1240', ink: '#fdf0ff', shapes: ['#ff7ad9', '#7b4dff', '#ffd166'] },
  { back: '#e9ecef', ink: '#14213d', shapes: ['#fca311', '#14213d', '#8d99ae'] },
  { back: '#3b0a14', ink: '#fff1e8', shapes: ['#ff5d5d', '#ff9f6b', '#7d1128'] },
  { back: '#0b3c49', ink: '#f3fbf9', shapes: ['#f87060', '#70d6c7', '#13596b'] },
  { back: '#fbd1a2', ink: '#2d1b2e', shapes: ['#f15946', '#7d4f6d', '#fff3dc'] },
];

export const patterns = ['arcs', 'waves', 'bars', 'moon', 'dots'] as const;
export type Pattern = (typeof patterns)[number];

export interface PosterDesign {
  readonly palette: Palette;
  readonly pattern: Pattern;
  /** The next number of the poster's own sequence, from 0 to 1. */
  readonly next: () => number;
}

export function designOf(seed: string): PosterDesign {
  const next = numbersFrom(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
  return { palette: pick(palettes), pattern: pick(patterns), next };
}

/** FNV-1a makes the seed, mulberry32 the sequence. */
function numbersFrom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
