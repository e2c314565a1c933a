import { seatsIn } from '../domain/concert.ts';
import type { Schedule, Section } from '../domain/concert.ts';
import type { Loaders } from '../loaders.ts';

/** How many seats of a schedule are in each state. */
export async function availabilityOf({ id }: Schedule, loaders: Loaders) {
  const [sections, counts] = await Promise.all([loaders.sectionsOf.load(id), loaders.countsOf.load(id)]);
  const total = sections.reduce((sum, section) => sum + seatsIn(section), 0);
  const held = counts.reduce((sum, count) => sum + count.held, 0);
  const sold = counts.reduce((sum, count) => sum + count.sold, 0);
  const keptBack = counts.reduce((sum, count) => sum + count.kept, 0);
  return { total, available: total - held - sold - keptBack, held, sold, keptBack };
}

/** How many seats of a section are in each state. */
export async function countsIn(section: Section, loaders: Loaders) {
  const counts = await loaders.countsOf.load(section.scheduleId);
  const counted = counts.find(({ sectionId }) => sectionId === section.id);
  const { held, sold, kept } = counted ?? { held: 0, sold: 0, kept: 0 };
  return { available: seatsIn(section) - held - sold - kept, held, sold, keptBack: kept };
}
