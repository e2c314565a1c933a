import { readFileSync } from 'node:fs';
import { findOverlap, placed, seatsOf, within } from './geometry.ts';
import type { SceneSection } from './scene.ts';
import { sceneBounds } from './shapes.ts';

const samples = JSON.parse(
  readFileSync(
    new URL('../../../../subgraphs/concerts/src/testing/drawn-sections.json', import.meta.url),
    'utf8',
  ),
) as { section: SceneSection; seats: [number, number][] }[];
const pointsOf = (section: SceneSection) => {
  const seats = seatsOf(section);
  return Array.from({ length: seats.length / 2 }, (_, seat) =>
    placed(section, seats[2 * seat] as number, seats[2 * seat + 1] as number),
  );
};

it.each(samples.map((sample, number) => ({ number, ...sample })))(
  'what is drawn is what concerts saves, to the centimetre ($number)',
  ({ section, seats }) => {
    const rounded = pointsOf(section).map(({ x, y }) => [Math.round(x) + 0, Math.round(y) + 0]);
    expect(rounded).toEqual(seats);
  },
);

it('a place in the hall becomes one of the section, and back', () => {
  const section = samples[1]!.section;
  const there = placed(section, 120, 340);
  expect(within(section, there).x).toBeCloseTo(120);
  expect(within(section, there).y).toBeCloseTo(340);
});

it('the hall is as large as everything in it, and seats on top of each other are found', () => {
  const section = samples[0]!.section;
  const stage = { x: 0, y: 0, width: 1_000, depth: 400 };
  expect(sceneBounds({ stage, sections: [section] })).toEqual({
    left: -500,
    right: 500,
    top: -400,
    bottom: 612,
  });
  expect(findOverlap([section, { ...section, x: 20 }])).toEqual([0, 1]);
  expect(findOverlap([section, { ...section, x: 1_000 }])).toBeNull();
  const apart = { ...section, x: 50_000 };
  expect(findOverlap([apart, section, { ...section, x: 20 }])).toEqual([1, 2]);
  const circle = { ...section, seatsPerRow: 40, radius: 300, aislesAfter: [], wheelchairs: [] };
  expect(findOverlap([apart, circle])).toEqual([1, 1]);
});
