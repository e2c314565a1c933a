import { refuse } from '@frontrow/kit/refusal';
import type { Section } from './concert.ts';
import { labelOf } from './seat.ts';
import type { NewSeat } from './seat.ts';

type Named = Pick<NewSeat, 'id' | 'companionId'>;

/** The ids of companion seats that belong to these seats and are not among them. */
export function missingCompanions(seats: readonly Named[]): string[] {
  const named = new Set(seats.map(({ id }) => id));
  return seats.flatMap(({ companionId }) =>
    companionId === null || named.has(companionId) ? [] : [companionId],
  );
}

/** The refusal of a wheelchair place without its companion's seat, or the other way round. */
export function companionMissing(
  sections: readonly Pick<Section, 'id' | 'name'>[],
  missing: readonly Pick<NewSeat, 'sectionId' | 'row' | 'number'>[],
) {
  const nameOf = (sectionId: string) => sections.find(({ id }) => id === sectionId)?.name ?? '';
  const labels = missing.map((seat) => labelOf({ ...seat, section: nameOf(seat.sectionId) }));
  return refuse(
    'COMPANION_MISSING',
    `A wheelchair place and its companion's seat are sold together, so add ${labels.join(', ')}.`,
  );
}
