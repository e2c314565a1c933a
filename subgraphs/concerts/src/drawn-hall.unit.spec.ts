import { readFileSync } from 'node:fs';
import { findOverlap, layOutDrawn } from './domain/hall.ts';
import type { DrawnSection } from './domain/hall.ts';

// storefront/src/operate/halls/geometry.unit.spec.ts reads the same samples, so that operators see what will be saved.
const samples = JSON.parse(
  readFileSync(new URL('./testing/drawn-sections.json', import.meta.url), 'utf8'),
) as { section: DrawnSection; seats: [number, number][] }[];

it.each(samples.map((sample, number) => ({ number, ...sample })))(
  'the seats of a drawn section are where they were drawn ($number)',
  ({ section, seats }) => {
    const points = [...layOutDrawn([section])].flatMap((row) => row.seats).map(({ x, y }) => [x, y]);
    expect(points).toEqual(seats);
  },
);

const overlapOf = (sections: DrawnSection[]) => {
  const looking = findOverlap(sections);
  for (;;) {
    const { done, value } = looking.next();
    if (done === true) return value;
  }
};

it('seats on top of each other are named, also those of a section that bends into itself', () => {
  const [{ section }] = samples as [(typeof samples)[number]];
  const other = { ...section, name: 'B', x: section.x + 20 };
  expect(overlapOf([section, other])).toEqual(['A-1-1', 'B-1-1']);
  expect(overlapOf([section, { ...other, x: 1_000 }])).toBeNull();
  expect(overlapOf([{ ...section, radius: 100, seatsPerRow: 40 }])).not.toBeNull();
});
