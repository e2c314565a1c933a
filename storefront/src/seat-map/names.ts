import type { Colours } from './colours.ts';
import type { Layout, Row, Section } from './layout.ts';
import type { View } from './view.ts';

interface Named {
  readonly layout: Layout;
  readonly view: View;
  readonly colours: Colours;
  /** Device pixels for each CSS pixel. */
  readonly density: number;
}

/** In CSS pixels. From this size of seats on, a section's name is drawn in front of it, and below that in its middle. */
const namesInFrontFrom = 9;
/** The width of the halo around names, in CSS pixels. */
const halo = 2;

/** Draws names: from afar in the middle of each section that has room, and from near in front of its first row. */
export function drawNames(
  context: CanvasRenderingContext2D,
  { layout, view, colours, density }: Named,
): void {
  const isNear = layout.seatSize * view.scale >= namesInFrontFrom;
  for (const section of layout.sections) {
    const room = isNear ? Number.POSITIVE_INFINITY : widthOf(layout, section) * view.scale;
    const pixels = clampText(isNear ? view.scale * 90 : room / 7);
    const { canvas, width, height } = nameImage(section.name, pixels, colours, density);
    if (width > room) continue;
    const isInFront = isNear && section.area === undefined;
    const at = isInFront ? frontOf(layout, section) : middleOf(layout, section);
    const [x, y] = [at.x * view.scale + view.x, at.y * view.scale + view.y];
    context.drawImage(canvas, x - width / 2, y - height / 2, width, height);
  }
}

interface NameImage {
  readonly canvas: HTMLCanvasElement;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const nameImages = new Map<string, NameImage>();
const mostNameImages = 1_000;

/** A name with its halo, as an image. Drawing outlined text takes as long as a tile of seats, so each name is drawn once. */
function nameImage(name: string, pixels: number, colours: Colours, density: number): NameImage {
  const key = [name, pixels, colours.halo, density].join('/');
  const known = nameImages.get(key);
  if (known !== undefined) return known;
  if (nameImages.size >= mostNameImages) nameImages.clear();
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  setText(context, 700, pixels, colours);
  const size = {
    width: Math.ceil(context.measureText(name).width) + 2 * halo,
    height: Math.ceil(pixels * 1.4) + 2 * halo,
  };
  [canvas.width, canvas.height] = [Math.ceil(size.width * density), Math.ceil(size.height * density)];
  context.scale(density, density);
  setText(context, 700, pixels, colours);
  context.lineJoin = 'round';
  context.lineWidth = 2 * halo;
  context.strokeStyle = colours.halo;
  context.strokeText(name, size.width / 2, size.height / 2);
  context.fillStyle = colours.name;
  context.fillText(name, size.width / 2, size.height / 2);
  const image = { canvas, ...size };
  // Otherwise a name in the wrong font would be stored for good, while the font is still being loaded.
  if (document.fonts.status === 'loaded') nameImages.set(key, image);
  return image;
}

/** The middle of a row, which may be between two seats. */
function middleOfRow(layout: Layout, { first, size }: Row): { x: number; y: number } {
  const [one, other] = [
    pointOf(layout, first + Math.floor((size - 1) / 2)),
    pointOf(layout, first + Math.floor(size / 2)),
  ];
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}
const pointOf = (layout: Layout, seat: number) => ({
  x: layout.x[seat] as number,
  y: layout.y[seat] as number,
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function middleOf(layout: Layout, { rows, area }: Section): { x: number; y: number } {
  if (area !== undefined) return { x: mean(area.x), y: mean(area.y) };
  const row = rows[Math.floor(rows.length / 2)];
  return row === undefined ? { x: 0, y: 0 } : middleOfRow(layout, row);
}

/** A place as far in front of the first row as the third is behind it; if there is only one row, towards the top. */
function frontOf(layout: Layout, { rows }: Section): { x: number; y: number } {
  const [first, second] = rows;
  if (first === undefined) return { x: 0, y: 0 };
  const at = middleOfRow(layout, first);
  if (second === undefined) return { x: at.x, y: at.y - 2 * layout.seatSize };
  const behind = middleOfRow(layout, second);
  return { x: at.x + 1.6 * (at.x - behind.x), y: at.y + 1.6 * (at.y - behind.y) };
}

/** The distance between the ends of the section's middle row. */
function widthOf(layout: Layout, { rows, area }: Section): number {
  if (area !== undefined) return Math.max(...area.x) - Math.min(...area.x);
  const row = rows[Math.floor(rows.length / 2)];
  if (row === undefined) return 0;
  const [from, to] = [pointOf(layout, row.first), pointOf(layout, row.first + row.size - 1)];
  return Math.hypot(to.x - from.x, to.y - from.y);
}

export const clampText = (pixels: number) => Math.min(18, Math.max(9, Math.round(pixels)));

export function setText(
  context: CanvasRenderingContext2D,
  weight: number,
  pixels: number,
  colours: Colours,
): void {
  context.font = `${weight} ${Math.round(pixels)}px ${colours.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
}
