import type { Colours } from './colours.ts';
import { numberOf, placeOf } from './layout.ts';
import type { Layout, Row, Section } from './layout.ts';
import type { SeatGrid } from './seat-grid.ts';
import { seatShape } from './seat-sprite.ts';
import { AVAILABLE } from './seats.ts';
import type { Tiles } from './tiles.ts';
import type { Size, View } from './view.ts';

export interface Scene {
  readonly layout: Layout;
  readonly grid: SeatGrid;
  readonly tiles: Tiles;
  readonly states: Uint8Array;
  /** Which of the four prices' colours a seat has, by section. */
  readonly shades: ReadonlyMap<Section, number>;
  readonly chosen: ReadonlySet<number>;
  readonly view: View;
  readonly size: Size;
  readonly colours: Colours;
  readonly stageName: string;
  /** Device pixels for each CSS pixel. */
  readonly density: number;
}

/** In device pixels: from there on there are few enough seats to be drawn one by one, and sharper so. */
const shapesFrom = 24;
/** In CSS pixels: from there on a seat has room for its number. */
const numberFrom = 20;
/** In CSS pixels: from there on a section's name stands in front of it, and before that in its middle. */
const namesInFrontFrom = 9;
/** How much of a frame goes to making tiles, in ms. */
const tilesMs = 5;

/** @returns whether everything is there: otherwise another frame is needed */
export function draw(context: CanvasRenderingContext2D, scene: Scene): boolean {
  const { size, density, view, layout } = scene;
  const began = performance.now();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size.width * density, size.height * density);
  let isComplete = true;
  if (layout.seatSize * view.scale * density < shapesFrom) {
    const { bounds } = layout;
    const window = {
      scale: view.scale * density,
      x: (view.x + bounds.x * view.scale) * density,
      y: (view.y + bounds.y * view.scale) * density,
      width: size.width * density,
      height: size.height * density,
    };
    isComplete = scene.tiles.draw(context, window, began + tilesMs);
    context.setTransform(density, 0, 0, density, 0, 0);
    fillSeats(context, scene, [...scene.chosen], scene.colours.chosen);
  } else {
    context.setTransform(density, 0, 0, density, 0, 0);
    drawShapes(context, scene);
  }
  drawStage(context, scene);
  drawNames(context, scene);
  return isComplete;
}

function drawShapes(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, grid, states, chosen, view, size, colours, shades } = scene;
  const margin = layout.seatSize;
  const seen: number[] = [];
  const byColour = new Map<string, number[]>();
  const area = {
    left: -view.x / view.scale - margin,
    right: (size.width - view.x) / view.scale + margin,
    top: -view.y / view.scale - margin,
    bottom: (size.height - view.y) / view.scale + margin,
  };
  grid.forEach(area, (seat) => {
    const free = colours.prices[shades.get(placeOf(layout, seat).section) ?? 0] as string;
    const colour = chosen.has(seat) ? colours.chosen : states[seat] === AVAILABLE ? free : colours.taken;
    const same = byColour.get(colour);
    if (same === undefined) byColour.set(colour, [seat]);
    else same.push(seat);
    seen.push(seat);
  });
  for (const [colour, seats] of byColour) fillSeats(context, scene, seats, colour);
  if (layout.seatSize * view.scale >= numberFrom) drawNumbers(context, scene, seen);
}

function fillSeats(
  context: CanvasRenderingContext2D,
  { layout, view }: Scene,
  seats: readonly number[],
  colour: string,
): void {
  const side = Math.max(layout.seatSize * view.scale * seatShape.side, 3);
  context.beginPath();
  for (const seat of seats) {
    const left = (layout.x[seat] as number) * view.scale + view.x - side / 2;
    const top = (layout.y[seat] as number) * view.scale + view.y - side / 2;
    context.roundRect(left, top, side, side, side * seatShape.corner);
  }
  context.fillStyle = colour;
  context.fill();
}

function drawNumbers(context: CanvasRenderingContext2D, scene: Scene, seen: readonly number[]): void {
  const { layout, states, chosen, view, colours } = scene;
  setText(context, 600, layout.seatSize * view.scale * 0.4, colours);
  for (const seat of seen) {
    const [isOwn, isFree] = [chosen.has(seat), states[seat] === AVAILABLE];
    context.fillStyle = isOwn ? colours.onChosen : isFree ? colours.onSeat : colours.text;
    const { row } = placeOf(layout, seat);
    const [x, y] = [layout.x[seat] as number, layout.y[seat] as number];
    context.fillText(String(numberOf(row, seat)), x * view.scale + view.x, y * view.scale + view.y);
  }
}

function drawStage(
  context: CanvasRenderingContext2D,
  { layout: { stage }, view, colours, stageName }: Scene,
): void {
  if (stage.x.length === 0) return;
  const points = stage.x.map((x, at) => ({
    x: x * view.scale + view.x,
    y: (stage.y[at] as number) * view.scale + view.y,
  }));
  context.beginPath();
  for (const { x, y } of points) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = colours.stage;
  context.fill();
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  setText(context, 700, clampText((bottom - top) * 0.3), colours);
  context.fillText(stageName, (Math.min(...xs) + Math.max(...xs)) / 2, (top + bottom) / 2);
}

/** From afar in the middle of each section that has room for it, and from near by in front of its first row. */
function drawNames(context: CanvasRenderingContext2D, { layout, view, colours }: Scene): void {
  const isNear = layout.seatSize * view.scale >= namesInFrontFrom;
  if (isNear) setText(context, 700, clampText(view.scale * 90), colours);
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = colours.halo;
  for (const section of layout.sections) {
    const at = isNear ? frontOf(layout, section) : middleOf(layout, section);
    if (!isNear) {
      const width = widthOf(layout, section) * view.scale;
      setText(context, 700, clampText(width / 7), colours);
      if (width < context.measureText(section.name).width) continue;
    }
    context.fillStyle = colours.name;
    const [x, y] = [at.x * view.scale + view.x, at.y * view.scale + view.y];
    context.strokeText(section.name, x, y);
    context.fillText(section.name, x, y);
  }
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

function middleOf(layout: Layout, { rows }: Section): { x: number; y: number } {
  const row = rows[Math.floor(rows.length / 2)];
  return row === undefined ? { x: 0, y: 0 } : middleOfRow(layout, row);
}

/** As far in front of the first row as the third is behind it; towards the top where there is one row only. */
function frontOf(layout: Layout, { rows }: Section): { x: number; y: number } {
  const [first, second] = rows;
  if (first === undefined) return { x: 0, y: 0 };
  const at = middleOfRow(layout, first);
  if (second === undefined) return { x: at.x, y: at.y - 2 * layout.seatSize };
  const behind = middleOfRow(layout, second);
  return { x: at.x + 1.6 * (at.x - behind.x), y: at.y + 1.6 * (at.y - behind.y) };
}

/** Between the ends of its middle row. */
function widthOf(layout: Layout, { rows }: Section): number {
  const row = rows[Math.floor(rows.length / 2)];
  if (row === undefined) return 0;
  const [from, to] = [pointOf(layout, row.first), pointOf(layout, row.first + row.size - 1)];
  return Math.hypot(to.x - from.x, to.y - from.y);
}

const clampText = (pixels: number) => Math.min(18, Math.max(9, Math.round(pixels)));

function setText(context: CanvasRenderingContext2D, weight: number, pixels: number, colours: Colours): void {
  context.font = `${weight} ${Math.round(pixels)}px ${colours.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
}
