import { readColours } from '../../seat-map/colours.ts';
import type { Colours } from '../../seat-map/colours.ts';
import { listenToGestures } from '../../seat-map/gestures.ts';
import { clampText, setText } from '../../seat-map/names.ts';
import { fit, pan, zoom } from '../../seat-map/view.ts';
import type { Hall, Size, View } from '../../seat-map/view.ts';
import { placed, seatSize, within } from './geometry.ts';
import type { Box, Point } from './geometry.ts';
import type { Scene, SceneSection } from './scene.ts';
import { sceneBounds, shapeOf } from './shapes.ts';
import type { Shape } from './shapes.ts';

export interface HallPainterOptions {
  readonly canvas: HTMLCanvasElement;
  readonly stageName: string;
  /** Called when a section was tapped or grabbed; undefined if there was none at that place. */
  readonly onSelect: (index: number | undefined) => void;
  /** Called when the selected section was dragged by this much since it was grabbed, in cm. */
  readonly onDrag: (index: number, from: Point, by: Point) => void;
  readonly onDrop: () => void;
}

/** In device pixels. Smaller seats are drawn as one picture of their section, which moves and turns with it. */
const pictureBelow = 5;
/** The room around the hall, in cm, in which to draw. */
const around = 1_000;
const mostPictures = 600;

/** Draws the hall that is being edited, at most once a frame. It works outside React. */
export class HallPainter {
  readonly #options: HallPainterOptions;
  readonly #context: CanvasRenderingContext2D;
  readonly #stops: (() => void)[];
  readonly #pictures = new Map<string, HTMLCanvasElement>();
  #scene: Scene | undefined;
  #selected: number | undefined;
  #colours: Colours | undefined;
  #size: Size = { width: 0, height: 0 };
  #view: View | undefined;
  #frame = 0;
  #drag: { readonly index: number; readonly from: Point; x: number; y: number } | undefined;

  constructor(options: HallPainterOptions) {
    const { canvas } = options;
    this.#options = options;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const resize = new ResizeObserver(() => this.#resize());
    resize.observe(canvas);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => {
      this.#colours = undefined;
      this.#pictures.clear();
      this.#ask();
    };
    dark.addEventListener('change', repaint);
    this.#stops = [
      () => resize.disconnect(),
      () => dark.removeEventListener('change', repaint),
      listenToGestures(canvas, {
        onDown: (at) => this.#take(at),
        onPan: (dx, dy) => this.#moveBy(dx, dy),
        onZoom: (factor, at) => this.#show((view) => zoom(view, factor, at, this.#hall, this.#size)),
        onTap: (at) => options.onSelect(this.#sectionAt(at)),
        onUp: () => this.#drop(),
      }),
    ];
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
  }

  show(scene: Scene, selected: number | undefined): void {
    this.#scene = scene;
    this.#selected = selected;
    if (this.#view === undefined) this.showAll();
    this.#ask();
  }

  zoomBy(factor: number): void {
    const middle = { x: this.#size.width / 2, y: this.#size.height / 2 };
    this.#show((view) => zoom(view, factor, middle, this.#hall, this.#size));
  }

  showAll(): void {
    if (this.#size.width === 0 || this.#scene === undefined) return;
    this.#view = fit(this.#hall, this.#size);
    this.#ask();
  }

  get #hall(): Hall {
    const { left, top, right, bottom } = sceneBounds(this.#scene as Scene);
    const bounds = {
      ...{ x: left - around, y: top - around },
      ...{ width: right - left + 2 * around, height: bottom - top + 2 * around },
    };
    return { bounds, seatSize };
  }

  #take(at: Point): void {
    const index = this.#sectionAt(at);
    const section = index === undefined ? undefined : this.#scene?.sections[index];
    this.#drag =
      index === undefined || section === undefined
        ? undefined
        : { index, from: { x: section.x, y: section.y }, x: 0, y: 0 };
  }

  #moveBy(dx: number, dy: number): void {
    const scale = this.#view?.scale ?? 1;
    const drag = this.#drag;
    if (drag === undefined) {
      this.#show((view) => pan(view, dx, dy, this.#hall, this.#size));
      return;
    }
    if (this.#selected !== drag.index) this.#options.onSelect(drag.index);
    drag.x += dx / scale;
    drag.y += dy / scale;
    this.#options.onDrag(drag.index, drag.from, { x: drag.x, y: drag.y });
  }

  #drop(): void {
    if (this.#drag !== undefined) this.#options.onDrop();
    this.#drag = undefined;
  }

  /** The topmost section at this point. */
  #sectionAt(at: Point): number | undefined {
    if (this.#view === undefined || this.#scene === undefined) return undefined;
    const { scale, x, y } = this.#view;
    const point = { x: (at.x - x) / scale, y: (at.y - y) / scale };
    return this.#scene.sections.findLastIndex((section) => {
      const { box } = shapeOf(section);
      const own = within(section, point);
      return own.x >= box.left && own.x <= box.right && own.y >= box.top && own.y <= box.bottom;
    });
  }

  #resize(): void {
    const { canvas } = this.#options;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    this.#size = { width, height };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    if (this.#view === undefined) this.showAll();
    this.#ask();
  }

  #show(change: (view: View) => View): void {
    if (this.#view === undefined || this.#scene === undefined) return;
    this.#view = change(this.#view);
    this.#ask();
  }

  #ask(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    if (this.#view === undefined || this.#scene === undefined) return;
    const context = this.#context;
    const { canvas, stageName } = this.#options;
    const colours = (this.#colours ??= readColours(canvas));
    const { stage, sections } = this.#scene;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.#place({ x: stage.x, y: stage.y, turn: 0 });
    context.fillStyle = colours.stage;
    context.fillRect(-stage.width / 2, -stage.depth, stage.width, stage.depth);
    for (const [index, section] of sections.entries()) {
      if (!this.#isSeen(section)) continue;
      this.#place(section);
      this.#drawSection(section, colours);
      if (index === this.#selected) this.#outline(section, colours);
    }
    this.#write(stageName, { x: stage.x, y: stage.y - stage.depth / 2 }, stage.depth, colours);
    for (const section of sections) {
      if (!this.#isSeen(section)) continue;
      const { box } = shapeOf(section);
      const middle = placed(section, (box.left + box.right) / 2, (box.top + box.bottom) / 2);
      this.#write(section.name, middle, 120, colours);
    }
  }

  /** From here on, lengths are in cm of the section. */
  #place({ x, y, turn }: Pick<SceneSection, 'x' | 'y' | 'turn'>): void {
    const view = this.#view as View;
    const scale = view.scale * devicePixelRatio;
    const angle = (turn * Math.PI) / 180;
    const [sin, cos] = [Math.sin(angle) * scale, Math.cos(angle) * scale];
    const [left, top] = [
      (x * view.scale + view.x) * devicePixelRatio,
      (y * view.scale + view.y) * devicePixelRatio,
    ];
    this.#context.setTransform(cos, sin, -sin, cos, left, top);
  }

  #isSeen(section: SceneSection): boolean {
    const { scale, x, y } = this.#view as View;
    const { box } = shapeOf(section);
    const corners = [box.left, box.right].flatMap((across) =>
      [box.top, box.bottom].map((back) => placed(section, across, back)),
    );
    const [xs, ys] = [corners.map((at) => at.x * scale + x), corners.map((at) => at.y * scale + y)];
    return (
      Math.max(...xs) > 0 &&
      Math.min(...xs) < this.#size.width &&
      Math.max(...ys) > 0 &&
      Math.min(...ys) < this.#size.height
    );
  }

  #drawSection(section: SceneSection, colours: Colours): void {
    const context = this.#context;
    const shape = shapeOf(section);
    const { left, top, right, bottom } = shape.box;
    if (section.kind === 'STANDING') {
      context.fillStyle = colours.prices[1] as string;
      context.fillRect(left, top, right - left, bottom - top);
      return;
    }
    const scale = (this.#view as View).scale * devicePixelRatio;
    if (seatSize * scale < pictureBelow)
      context.drawImage(this.#pictureOf(shape, scale, colours), left, top, right - left, bottom - top);
    else drawSeats(context, shape, colours, this.#seenBy(section));
  }

  /** The part of the section's own plane that may be visible. */
  #seenBy(section: SceneSection): Box {
    const { scale, x, y } = this.#view as View;
    const corners = [0, this.#size.width].flatMap((right) =>
      [0, this.#size.height].map((down) =>
        within(section, { x: (right - x) / scale, y: (down - y) / scale }),
      ),
    );
    const [xs, ys] = [corners.map((at) => at.x), corners.map((at) => at.y)];
    return {
      left: Math.min(...xs) - seatSize,
      right: Math.max(...xs) + seatSize,
      top: Math.min(...ys) - seatSize,
      bottom: Math.max(...ys) + seatSize,
    };
  }

  #pictureOf(shape: Shape, scale: number, colours: Colours): HTMLCanvasElement {
    const level = Math.ceil(Math.log2(scale));
    const key = `${level} ${shape.key}`;
    const known = this.#pictures.get(key);
    if (known !== undefined) return known;
    if (this.#pictures.size >= mostPictures) this.#pictures.clear();
    const picture = document.createElement('canvas');
    const own = 2 ** level;
    const { left, top, right, bottom } = shape.box;
    picture.width = Math.max(1, Math.ceil((right - left) * own));
    picture.height = Math.max(1, Math.ceil((bottom - top) * own));
    const context = picture.getContext('2d') as CanvasRenderingContext2D;
    context.setTransform(own, 0, 0, own, -left * own, -top * own);
    drawSeats(context, shape, colours, shape.box);
    this.#pictures.set(key, picture);
    return picture;
  }

  #outline(section: SceneSection, colours: Colours): void {
    const { left, top, right, bottom } = shapeOf(section).box;
    this.#context.strokeStyle = colours.chosen;
    this.#context.lineWidth = 3 / (this.#view as View).scale;
    this.#context.strokeRect(left, top, right - left, bottom - top);
  }

  #write(text: string, at: Point, height: number, colours: Colours): void {
    const { scale, x, y } = this.#view as View;
    const context = this.#context;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    setText(context, 700, clampText(height * scale * 0.5), colours);
    context.lineWidth = 4;
    context.strokeStyle = colours.halo;
    context.fillStyle = colours.name;
    context.strokeText(text, at.x * scale + x, at.y * scale + y);
    context.fillText(text, at.x * scale + x, at.y * scale + y);
  }
}

function drawSeats(context: CanvasRenderingContext2D, shape: Shape, colours: Colours, seen: Box): void {
  const side = seatSize * 0.82;
  const { seats, paired } = shape;
  context.fillStyle = colours.prices[0] as string;
  for (let at = 0; at < seats.length; at += 2) {
    const [x, y] = [seats[at] as number, seats[at + 1] as number];
    if (x < seen.left || x > seen.right || y < seen.top || y > seen.bottom) continue;
    if (paired.size > 0 && paired.has(at / 2)) continue;
    context.fillRect(x - side / 2, y - side / 2, side, side);
  }
  context.fillStyle = colours.chosen;
  for (const seat of paired) {
    const [x, y] = [seats[2 * seat] as number, seats[2 * seat + 1] as number];
    context.fillRect(x - side / 2, y - side / 2, side, side);
  }
}
