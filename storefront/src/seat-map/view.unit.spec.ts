import { readLayout } from './layout.ts';
import { hall } from './testing/hall.ts';
import { fit, pan, zoom } from './view.ts';

const layout = readLayout(hall({ name: 'A', price: 1, rows: 30, seatsPerRow: 60 }));
const { x: left, y: top, width, height } = layout.bounds;
const [right, bottom] = [left + width, top + height];
const size = { width: 400, height: 300 };

describe('the view of a hall', () => {
  it('shows all of it at first', () => {
    const { scale, x, y } = fit(layout, size);
    for (const at of [x + left * scale, x + right * scale]) expect(at).toBeGreaterThanOrEqual(-0.01);
    expect(x + right * scale).toBeLessThanOrEqual(400.01);
    expect(y + top * scale).toBeGreaterThanOrEqual(-0.01);
    expect(y + bottom * scale).toBeLessThanOrEqual(300.01);
  });

  it('keeps the point under the fingers while it zooms in', () => {
    const whole = fit(layout, size);
    const at = { x: 180, y: 140 };
    const closer = zoom(whole, 3, at, layout, size);
    expect((at.x - closer.x) / closer.scale).toBeCloseTo((at.x - whole.x) / whole.scale);
    expect((at.y - closer.y) / closer.scale).toBeCloseTo((at.y - whole.y) / whole.scale);
  });

  it('never zooms out beyond the whole hall, nor loses it', () => {
    const whole = fit(layout, size);
    expect(zoom(whole, 0.1, { x: 0, y: 0 }, layout, size).scale).toBeCloseTo(whole.scale);
    const closer = zoom(whole, 4, { x: 200, y: 150 }, layout, size);
    const lost = pan(closer, 1e6, -1e6, layout, size);
    expect(lost.x + left * lost.scale).toBeLessThanOrEqual(400);
    expect(lost.y + bottom * lost.scale).toBeGreaterThanOrEqual(0);
  });
});
