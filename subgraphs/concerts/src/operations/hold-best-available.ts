import { refuse } from '@frontrow/kit/refusal';
import { holdBlocks } from './hold-blocks.ts';
import type { BlockCall } from './hold-blocks.ts';
import type { SaleDependencies } from './sale-dependencies.ts';
import type { AdmittedFan } from './take-seats.ts';
import type { WantedSeats } from './wanted-seats.ts';

type BestAvailable = Extract<WantedSeats, { seatIds?: undefined }>;

const attemptsWithoutWaiting = 8;

/**
 * Holds the available block of neighbouring seats that is nearest the stage. A standing area has to be named; there, any free
 * places are held.
 */
export async function holdBestAvailable(saleDeps: SaleDependencies, fan: AdmittedFan, wanted: BestAvailable) {
  const { scheduleId, sections: all } = fan.sale;
  const named = all.filter(({ name, kind }) =>
    wanted.section === null ? kind === 'SEATED' : name === wanted.section,
  );
  if (named.length === 0 && wanted.section !== null)
    return refuse('NOT_FOUND', 'The schedule has no such section.');
  const { maxPrice, count } = wanted;
  const sections = maxPrice === null ? named : named.filter(({ price }) => price <= maxPrice);

  for (let attempt = 0; ; attempt++) {
    const call = { ...fan, sections, count, attempt };
    const answer =
      attempt < attemptsWithoutWaiting
        ? await saleDeps.holdBlocks(scheduleId, call)
        : await holdAlone(saleDeps, call);
    if (answer !== 'busy') return answer;
  }
}

/** A fan who keeps losing waits for locks, so that nobody tries for ever to get seats that a stuck transaction has locked. */
async function holdAlone(saleDeps: SaleDependencies, call: BlockCall) {
  const [answer = null] = await holdBlocks(saleDeps, [call], 'wait');
  return answer;
}
