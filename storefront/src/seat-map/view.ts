import type { Layout } from './layout.ts';

/** The hall that is viewed. */
export type Hall = Pick<Layout, 'bounds' | 'seatSize'>;

/** Which part of the hall is visible: `scale` CSS pixels for each cm of the layout, with the origin at `x`, `y` pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The greatest size of a seat, in CSS pixels. A thumb can hit a seat of this size. */
const closest = 40;
/** The margin around the whole hall, in CSS pixels. */
const margin = 12;

/** The whole hall, centred. */
export function fit({ bounds, seatSize }: Hall, { width, height }: Size): View {
  const scale = Math.min(
    Math.max(1, width - 2 * margin) / bounds.width,
    Math.max(1, height - 2 * margin) / bounds.height,
    closest / seatSize,
  );
  return {
    scale,
    x: width / 2 - scale * (bounds.x + bounds.width / 2),
    y: height / 2 - scale * (bounds.y + bounds.height / 2),
  };
}

/** @param factor above 1 zooms in; the given point of the screen stays where it is */
export function zoom(
  view: View,
  factor: number,
  at: { x: number; y: number },
  layout: Hall,
  size: Size,
): View {
  const whole = fit(layout, size);
  const most = Math.max(closest / layout.seatSize, whole.scale);
  const scale = Math.min(Math.max(view.scale * factor, whole.scale), most);
  const ratio = scale / view.scale;
  return within(
    { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio },
    layout,
    size,
  );
}

export const pan = (view: View, dx: number, dy: number, layout: Hall, size: Size): View =>
  within({ ...view, x: view.x + dx, y: view.y + dy }, layout, size);

/** Keeps some of the hall on the screen, and centres a hall that fits, so that nobody gets lost. */
function within({ scale, x, y }: View, { bounds }: Hall, { width, height }: Size): View {
  const clamped = (at: number, from: number, extent: number, length: number) => {
    const [start, end] = [at + from * scale, at + (from + extent) * scale];
    if (end - start <= length) return at + (length - end - start) / 2;
    const slack = length / 3;
    if (start > slack) return at - (start - slack);
    if (end < length - slack) return at + (length - slack - end);
    return at;
  };
  return {
    scale,
    x: clamped(x, bounds.x, bounds.width, width),
    y: clamped(y, bounds.y, bounds.height, height),
  };
}
