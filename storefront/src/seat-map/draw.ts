import type { Colours } from './colours.ts';
import { numberOf, placeOf } from './layout.ts';
import type { Layout, Outline, Section } from './layout.ts';
import { clampText, drawNames, setText } from './names.ts';
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
  /** Which of the four colours for prices the seats of a section have. */
  readonly shades: ReadonlyMap<Section, number>;
  readonly chosen: ReadonlySet<number>;
  readonly view: View;
  readonly size: Size;
  readonly colours: Colours;
  readonly stageName: string;
  /** Device pixels for each CSS pixel. */
  readonly density: number;
}

/** In device pixels. From this size on, there are few enough seats to draw them one by one, which is sharper. */
const shapesFrom = 24;
/** In CSS pixels. From this size on, a seat has room for its number. */
const numberFrom = 20;
/** How much time of a frame is used for making tiles, in ms. */
const tilesMs = 5;

/** @returns whether everything was drawn; if not, another frame is needed */
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
  drawAreas(context, scene);
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
  ringWheelchairs(context, scene, seen);
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

/** A ring around wheelchair places, and a thinner one around companions' seats. */
function ringWheelchairs(
  context: CanvasRenderingContext2D,
  { layout, view, colours }: Scene,
  seen: readonly number[],
): void {
  if (layout.companions.size === 0) return;
  const size = layout.seatSize * view.scale;
  context.strokeStyle = colours.name;
  for (const seat of seen) {
    const pair = layout.companions.get(seat);
    if (pair === undefined) continue;
    context.lineWidth = size * (pair.isWheelchair ? 0.12 : 0.05);
    context.beginPath();
    const [x, y] = [(layout.x[seat] as number) * view.scale, (layout.y[seat] as number) * view.scale];
    context.arc(x + view.x, y + view.y, size * 0.47, 0, 2 * Math.PI);
    context.stroke();
  }
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

/** Standing areas, in the colour of their price as long as there are places left. */
function drawAreas(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, states, shades, colours } = scene;
  for (const section of layout.sections) {
    if (section.area === undefined) continue;
    const hasPlace = states.subarray(section.first, section.first + section.size).includes(AVAILABLE);
    const free = colours.prices[shades.get(section) ?? 0] as string;
    fillOutline(context, scene, section.area, hasPlace ? free : colours.taken);
  }
}

/** @returns the corners on the screen */
function fillOutline(
  context: CanvasRenderingContext2D,
  { view }: Pick<Scene, 'view'>,
  outline: Outline,
  colour: string,
) {
  const points = outline.x.map((x, at) => ({
    x: x * view.scale + view.x,
    y: (outline.y[at] as number) * view.scale + view.y,
  }));
  context.beginPath();
  for (const { x, y } of points) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
  return points;
}

function drawStage(context: CanvasRenderingContext2D, scene: Scene): void {
  const {
    layout: { stage },
    colours,
    stageName,
  } = scene;
  if (stage.x.length === 0) return;
  const points = fillOutline(context, scene, stage, colours.stage);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  setText(context, 700, clampText((bottom - top) * 0.3), colours);
  context.fillText(stageName, (Math.min(...xs) + Math.max(...xs)) / 2, (top + bottom) / 2);
}
