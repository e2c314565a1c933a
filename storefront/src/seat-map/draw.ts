import { pixelOf, shadeOf } from './colours.ts';
import type { Colours } from './colours.ts';
import type { Layout } from './layout.ts';
import type { SeatGrid } from './seat-grid.ts';
import { AVAILABLE } from './seats.ts';
import type { Size, View } from './view.ts';

export interface Scene {
  readonly layout: Layout;
  readonly grid: SeatGrid;
  readonly states: Uint8Array;
  readonly chosen: ReadonlySet<number>;
  readonly view: View;
  readonly size: Size;
  readonly colours: Colours;
  readonly stageName: string;
  /** Device pixels for each CSS pixel. */
  readonly density: number;
}

/** How much of the distance between two seats a seat fills. */
const fill = 0.78;
/** In device pixels. Smaller seats are set as pixels: a path of 100,000 of them would take longer than a frame has. */
const pathFrom = 6;
/** In CSS pixels: from there on a seat has room for its number. */
const numberFrom = 20;

export function draw(context: CanvasRenderingContext2D, scene: Scene): void {
  const { size, density, view } = scene;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size.width * density, size.height * density);
  if (view.scale * fill * density < pathFrom) setPixels(context, scene);
  else fillPaths(context, scene);
  context.setTransform(density, 0, 0, density, 0, 0);
  drawStage(context, scene);
  drawNames(context, scene);
}

function setPixels(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, states, chosen, view, size, colours, density } = scene;
  const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const scale = view.scale * density;
  const side = Math.max(1, Math.round(scale * fill));
  const [taken, own] = [pixelOf(colours.taken), pixelOf(colours.chosen)];
  const [x, y] = [layout.x, layout.y];
  forEachSection(scene, (first, end, shade) => {
    const free = pixelOf(colours.prices[shade] as string);
    for (let index = first; index < end; index++) {
      const left = Math.round((x[index] as number) * scale + view.x * density - side / 2);
      const top = Math.round((y[index] as number) * scale + view.y * density - side / 2);
      if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
      const pixel = chosen.has(index) ? own : states[index] === AVAILABLE ? free : taken;
      for (let row = top; row < top + side; row++) {
        const start = row * width + left;
        pixels.fill(pixel, start, start + side);
      }
    }
  });
  context.putImageData(image, 0, 0);
}

function fillPaths(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, grid, states, chosen, view, size, colours, density } = scene;
  const paths = { own: new Path2D(), taken: new Path2D(), prices: colours.prices.map(() => new Path2D()) };
  const side = view.scale * fill;
  const shades = new Uint8Array(layout.size);
  forEachSection(scene, (first, end, shade) => shades.fill(shade, first, end));
  const shown: number[] = [];
  const area = {
    left: (-view.x - side) / view.scale,
    right: (size.width - view.x + side) / view.scale,
    top: (-view.y - side) / view.scale,
    bottom: (size.height - view.y + side) / view.scale,
  };
  grid.forEach(area, (index) => {
    const left = (layout.x[index] as number) * view.scale + view.x - side / 2;
    const top = (layout.y[index] as number) * view.scale + view.y - side / 2;
    const free = paths.prices[shades[index] as number] as Path2D;
    const path = chosen.has(index) ? paths.own : states[index] === AVAILABLE ? free : paths.taken;
    if (side < 5) path.rect(left, top, side, side);
    else path.roundRect(left, top, side, side, [side * 0.35, side * 0.35, side * 0.2, side * 0.2]);
    shown.push(index);
  });
  context.setTransform(density, 0, 0, density, 0, 0);
  for (const [index, path] of paths.prices.entries()) {
    context.fillStyle = colours.prices[index] as string;
    context.fill(path);
  }
  context.fillStyle = colours.taken;
  context.fill(paths.taken);
  context.fillStyle = colours.chosen;
  context.fill(paths.own);
  if (side >= numberFrom) drawNumbers(context, scene, shown);
}

function drawNumbers(context: CanvasRenderingContext2D, scene: Scene, shown: readonly number[]): void {
  const { layout, states, chosen, view, colours } = scene;
  context.font = `600 ${Math.round(view.scale * 0.34)}px ${fontOf(context)}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const index of shown) {
    const section = layout.sections.findLast(({ first }) => first <= index);
    if (section === undefined) continue;
    const isOwn = chosen.has(index);
    context.fillStyle = isOwn
      ? colours.onChosen
      : states[index] === AVAILABLE
        ? colours.onSeat
        : colours.text;
    const number = ((index - section.first) % section.seatsPerRow) + 1;
    const [x, y] = [layout.x[index] as number, layout.y[index] as number];
    context.fillText(String(number), x * view.scale + view.x, y * view.scale + view.y);
  }
}

function drawStage(context: CanvasRenderingContext2D, { layout, view, colours, stageName }: Scene): void {
  const { stage } = layout;
  const [width, height] = [stage.width * view.scale, 5 * view.scale];
  const [left, top] = [view.x - width / 2, stage.y * view.scale + view.y];
  context.beginPath();
  context.roundRect(left, top, width, height, [height / 4, height / 4, height, height]);
  context.fillStyle = colours.stage;
  context.fill();
  context.font = `700 ${clampText(height * 0.4)}px ${fontOf(context)}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
  context.fillText(stageName, view.x, top + height / 2);
}

function drawNames(context: CanvasRenderingContext2D, { layout, view, colours }: Scene): void {
  context.font = `700 ${clampText(view.scale * 2.2)}px ${fontOf(context)}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
  for (const { name, label } of layout.sections)
    context.fillText(name, label.x * view.scale + view.x, label.y * view.scale + view.y);
}

const clampText = (pixels: number) => Math.min(18, Math.max(9, Math.round(pixels)));
const fontOf = (context: CanvasRenderingContext2D) => getComputedStyle(context.canvas).fontFamily;

function forEachSection({ layout }: Scene, visit: (first: number, end: number, shade: number) => void): void {
  const prices = layout.sections.map(({ price }) => price);
  for (const { first, rows, seatsPerRow, price } of layout.sections)
    visit(first, first + rows * seatsPerRow, shadeOf(price, prices));
}
