/** What fingers, a mouse or a wheel do on a map, in CSS pixels from its corner. */
export interface Gestures {
  readonly onPan: (dx: number, dy: number) => void;
  readonly onZoom: (factor: number, at: Point) => void;
  readonly onTap: (at: Point, kind: string) => void;
  /** Called when the first finger is down; `onUp` when all of them are up again. */
  readonly onDown?: (at: Point) => void;
  readonly onUp?: () => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A finger that moves less than this has tapped. In pixels. */
const tapSlack = 6;

/** @returns a function that stops listening */
export function listenToGestures(
  element: HTMLElement,
  { onPan, onZoom, onTap, onDown: onTake, onUp: onLetGo }: Gestures,
): () => void {
  const fingers = new Map<number, Point>();
  let moved = 0;

  const pointOf = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (fingers.size === 0) {
      moved = 0;
      onTake?.(pointOf(event));
    }
    fingers.set(event.pointerId, pointOf(event));
    element.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = pointOf(event);
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    moved += Math.hypot(dx, dy);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other !== undefined) {
      const spread = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      onPan(dx / 2, dy / 2);
      onZoom(spread(now) / spread(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    } else if (moved > tapSlack) onPan(dx, dy);
  };
  const onUp = (event: PointerEvent) => {
    const isTap = fingers.delete(event.pointerId) && fingers.size === 0 && moved <= tapSlack;
    if (isTap && event.type === 'pointerup') onTap(pointOf(event), event.pointerType);
    if (fingers.size === 0) onLetGo?.();
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    onZoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018)), pointOf(event));
  };

  const stop = new AbortController();
  const { signal } = stop;
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onUp, { signal });
  element.addEventListener('wheel', onWheel, { signal, passive: false });
  return () => stop.abort();
}
