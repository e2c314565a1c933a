import { boundsOf, boxOf, placedBox, seatsOf } from './geometry.ts';
import type { Box, Points } from './geometry.ts';
import type { Scene, SceneSection } from './scene.ts';

/** The look of a section, without its place and turn. */
export interface Shape {
  /** The same for sections that look the same. */
  readonly key: string;
  readonly seats: Points;
  readonly box: Box;
  /** Indices of seats that are sold in pairs. */
  readonly paired: ReadonlySet<number>;
}

const ofSection = new WeakMap<SceneSection, Shape>();
const byKey = new Map<string, Shape>();
const mostShapes = 1_000;

/** Computed once. A section that is moved or turned keeps its shape. */
export function shapeOf(section: SceneSection): Shape {
  const known = ofSection.get(section);
  if (known !== undefined) return known;
  const { x: _x, y: _y, turn: _turn, name: _name, ...looks } = section;
  const key = JSON.stringify(looks);
  const shape = byKey.get(key) ?? newShape(section, key);
  if (byKey.size >= mostShapes) byKey.clear();
  byKey.set(key, shape);
  ofSection.set(section, shape);
  return shape;
}

/** The box around everything. The map asks for it with each movement, so it uses the boxes that are known. */
export const sceneBounds = ({ stage, sections }: Pick<Scene, 'stage' | 'sections'>): Box =>
  boundsOf(
    stage,
    sections.map((section) => placedBox(section, shapeOf(section).box)),
  );

function newShape(section: SceneSection, key: string): Shape {
  const seats = seatsOf(section);
  const { firstRow, firstNumber, seatsPerRow, wheelchairs } = section;
  const placeOf = (row: number, number: number) => (row - firstRow) * seatsPerRow + number - firstNumber;
  const paired = wheelchairs.flatMap(({ row, number, companion }) => [
    placeOf(row, number),
    placeOf(row, companion),
  ]);
  return { key, seats, box: boxOf(section, seats), paired: new Set(paired) };
}
