import { readColours } from './colours.ts';
import { draw } from './draw.ts';
import { listenToGestures } from './gestures.ts';
import { SeatGrid } from './seat-grid.ts';
import type { Seats } from './seats.ts';
import { fit, pan, zoom } from './view.ts';
import type { Size, View } from './view.ts';

export interface PainterOptions {
  readonly canvas: HTMLCanvasElement;
  readonly seats: Seats;
  readonly stageName: string;
  /** A seat was tapped, whether it is free or not. */
  readonly onSeat: (index: number) => void;
}

/** A seat has to be this large to be meant by a tap, in CSS pixels; in a smaller one the map comes closer first. */
const hittable = { mouse: 8, touch: 18 };
const glideMs = 220;

/** Draws a hall into a canvas, at most once for each frame, and moves it as fingers ask. It lives outside of React. */
export class MapPainter {
  readonly #options: PainterOptions;
  readonly #context: CanvasRenderingContext2D;
  readonly #grid: SeatGrid;
  readonly #stops: (() => void)[];
  #chosen: ReadonlySet<number> = new Set();
  #size: Size = { width: 0, height: 0 };
  #view: View | undefined;
  #frame = 0;

  constructor(options: PainterOptions) {
    const { canvas, seats } = options;
    this.#options = options;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#grid = new SeatGrid(seats.layout);
    const resize = new ResizeObserver(() => this.#resize());
    resize.observe(canvas);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => this.#ask();
    dark.addEventListener('change', repaint);
    void document.fonts.ready.then(repaint);
    this.#stops = [
      () => resize.disconnect(),
      () => dark.removeEventListener('change', repaint),
      seats.subscribe(repaint),
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

  /** Comes closer to the middle, or goes away from it. */
  zoomBy(factor: number): void {
    this.#glide(factor, { x: this.#size.width / 2, y: this.#size.height / 2 });
  }

  showAll(): void {
    this.#show(() => fit(this.#options.seats.layout, this.#size));
  }

  #tap(at: { x: number; y: number }, kind: string): void {
    if (this.#view === undefined) return;
    const { scale, x, y } = this.#view;
    const enough = kind === 'mouse' ? hittable.mouse : hittable.touch;
    if (scale < enough) {
      this.#glide((enough * 1.4) / scale, at);
      return;
    }
    const index = this.#grid.seatAt((at.x - x) / scale, (at.y - y) / scale);
    if (index !== undefined) this.#options.onSeat(index);
  }

  /** Zooms over some frames, so that the eye can follow; at once for those who want less motion. */
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
    this.#view ??= fit(seats.layout, this.#size);
    this.#show((view) => pan(view, 0, 0, seats.layout, this.#size));
  }

  #show(change: (view: View) => View): void {
    if (this.#view === undefined) return;
    this.#view = change(this.#view);
    const { canvas, seats } = this.#options;
    // While all of the hall is there, a finger that moves up or down means the page.
    const isWhole = this.#view.scale <= fit(seats.layout, this.#size).scale * 1.01;
    canvas.style.touchAction = isWhole ? 'pan-y' : 'none';
    this.#ask();
  }

  #ask(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const { canvas, seats, stageName } = this.#options;
      if (this.#view === undefined) return;
      draw(this.#context, {
        layout: seats.layout,
        grid: this.#grid,
        states: seats.states,
        chosen: this.#chosen,
        view: this.#view,
        size: this.#size,
        colours: readColours(canvas),
        stageName,
        density: devicePixelRatio,
      });
    });
  }
}
