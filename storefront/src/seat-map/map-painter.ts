import { bytesOf, readColours, shadeOf } from './colours.ts';
import type { Colours } from './colours.ts';
import { draw } from './draw.ts';
import { listenToGestures } from './gestures.ts';
import { isInside } from './layout.ts';
import type { Section } from './layout.ts';
import { SeatGrid } from './seat-grid.ts';
import { AVAILABLE } from './seats.ts';
import type { Seats } from './seats.ts';
import { Tiles } from './tiles.ts';
import { fit, pan, zoom } from './view.ts';
import type { Size, View } from './view.ts';

export interface PainterOptions {
  readonly canvas: HTMLCanvasElement;
  readonly seats: Seats;
  readonly stageName: string;
  /** Called when a seat was tapped, available or not. */
  readonly onSeat: (seat: number) => void;
  /** Called when a standing area was tapped. */
  readonly onArea?: (section: Section) => void;
}

/** The size from which a seat can be tapped, in CSS pixels. If seats are smaller, a tap zooms in first. */
const hittable = { mouse: 8, touch: 18 };
const glideMs = 220;

/** Draws a hall into a canvas, at most once a frame, and moves it as fingers do. It works outside React. */
export class MapPainter {
  readonly #options: PainterOptions;
  readonly #context: CanvasRenderingContext2D;
  readonly #grid: SeatGrid;
  readonly #shades: ReadonlyMap<Section, number>;
  readonly #stops: (() => void)[];
  /** Both are made anew when the scale or the theme changes. */
  #colours: Colours | undefined;
  #tiles: Tiles | undefined;
  #chosen: ReadonlySet<number> = new Set();
  #size: Size = { width: 0, height: 0 };
  #view: View | undefined;
  #frame = 0;
  #isShown = false;

  constructor(options: PainterOptions) {
    const { canvas, seats } = options;
    this.#options = options;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#grid = new SeatGrid(seats.layout);
    const { sections } = seats.layout;
    const prices = sections.map(({ price }) => price);
    this.#shades = new Map(sections.map((section) => [section, shadeOf(section.price, prices)]));
    const resize = new ResizeObserver(() => this.#resize());
    resize.observe(canvas);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => {
      [this.#colours, this.#tiles] = [undefined, undefined];
      this.#ask();
    };
    dark.addEventListener('change', repaint);
    void document.fonts.ready.then(() => this.#ask());
    this.#stops = [
      () => resize.disconnect(),
      () => dark.removeEventListener('change', repaint),
      seats.subscribe((changed) => {
        this.#tiles?.change(changed);
        this.#ask();
      }),
      listenToGestures(canvas, {
        onPan: (dx, dy) => this.#show((view) => pan(view, dx, dy, seats.layout, this.#size)),
        onZoom: (factor, at) => this.#show((view) => zoom(view, factor, at, seats.layout, this.#size)),
        onTap: (at, kind) => this.#tap(at, kind),
      }),
    ];
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
  }

  choose(chosen: ReadonlySet<number>): void {
    this.#chosen = chosen;
    this.#ask();
  }

  /** Zooms towards the middle, or away from it. */
  zoomBy(factor: number): void {
    this.#glide(factor, { x: this.#size.width / 2, y: this.#size.height / 2 });
  }

  showAll(): void {
    this.#show(() => fit(this.#options.seats.layout, this.#size));
  }

  #tap(at: { x: number; y: number }, kind: string): void {
    if (this.#view === undefined) return;
    const { scale, x, y } = this.#view;
    const place = { x: (at.x - x) / scale, y: (at.y - y) / scale };
    const area = this.#options.seats.layout.sections.find(
      (section) => section.area !== undefined && isInside(section.area, place.x, place.y),
    );
    if (area !== undefined) {
      this.#options.onArea?.(area);
      return;
    }
    const enough = kind === 'mouse' ? hittable.mouse : hittable.touch;
    const seatSize = scale * this.#options.seats.layout.seatSize;
    if (seatSize < enough) {
      this.#glide((enough * 1.4) / seatSize, at);
      return;
    }
    const seat = this.#grid.seatAt(place.x, place.y);
    if (seat !== undefined) this.#options.onSeat(seat);
  }

  /** Zooms over several frames, so that the eye can follow; at once for users who prefer reduced motion. */
  #glide(factor: number, at: { x: number; y: number }): void {
    const { layout } = this.#options.seats;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#show((view) => zoom(view, factor, at, layout, this.#size));
      return;
    }
    const began = performance.now();
    let done = 0;
    const step = () => {
      const share = Math.min(1, (performance.now() - began) / glideMs);
      this.#show((view) => zoom(view, factor ** (share - done), at, layout, this.#size));
      done = share;
      if (share < 1) requestAnimationFrame(step);
    };
    step();
  }

  #resize(): void {
    const { canvas, seats } = this.#options;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    this.#size = { width, height };
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    this.#tiles = undefined;
    this.#view ??= fit(seats.layout, this.#size);
    this.#show((view) => pan(view, 0, 0, seats.layout, this.#size));
  }

  #show(change: (view: View) => View): void {
    if (this.#view === undefined) return;
    this.#view = change(this.#view);
    const { canvas, seats } = this.#options;
    // As long as the whole hall is visible, a finger that moves up or down scrolls the page.
    const isWhole = this.#view.scale <= fit(seats.layout, this.#size).scale * 1.01;
    canvas.style.touchAction = isWhole ? 'pan-y' : 'none';
    this.#ask();
  }

  #ask(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const { canvas, seats, stageName } = this.#options;
    if (this.#view === undefined) return;
    const { layout, states } = seats;
    const colours = (this.#colours ??= readColours(canvas));
    const isComplete = draw(this.#context, {
      ...{ layout, states, colours, stageName },
      grid: this.#grid,
      tiles: (this.#tiles ??= this.#newTiles(colours)),
      shades: this.#shades,
      chosen: this.#chosen,
      view: this.#view,
      size: this.#size,
      density: devicePixelRatio,
    });
    if (!isComplete) this.#ask();
    // A mark for measurements of how long a fan waits for the picture.
    else if (!this.#isShown) performance.mark('frontrow.hall-shown');
    this.#isShown ||= isComplete;
  }

  #newTiles(colours: Colours): Tiles {
    const { layout, states } = this.#options.seats;
    const [free, taken] = [colours.prices.map(bytesOf), bytesOf(colours.taken)];
    const shades = new Uint8Array(layout.size);
    for (const [{ first, size }, shade] of this.#shades) shades.fill(shade, first, first + size);
    const base = fit(layout, this.#size).scale * devicePixelRatio;
    return new Tiles(layout, this.#grid, base, (seat) =>
      states[seat] === AVAILABLE ? (free[shades[seat] as number] as number) : taken,
    );
  }
}
