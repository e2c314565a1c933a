import { concertChanged } from '@frontrow/events/contracts/concerts';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { text } from '@frontrow/kit/text';
import { changed, isSame } from '../domain/concert.ts';
import type { Concert, ConcertChange } from '../domain/concert.ts';
import { mostSeatsPerFan } from '../domain/sale.ts';
import { findConcerts, updateConcert } from '../storage/concerts.ts';
import { long, recorded, short } from './create-concert.ts';
import { between } from './limits.ts';

/** What is left out stays as it is. */
export interface ConcertToChange extends ConcertChange {
  readonly id: string;
  /** The version that the operator looked at. */
  readonly version: number;
}

type Refused = Refusal<'NOT_FOUND' | 'CHANGED_MEANWHILE' | 'ALREADY_PUBLISHED'>;

/**
 * Changes a concert's words, times and limit. If two operators change the same version, one is refused, so that neither overwrites
 * what they have not seen. A change that is sent again because its answer was lost is made once.
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function changeConcert(
  outbox: Outbox,
  acting: Acting,
  { id, version, ...input }: ConcertToChange,
): Promise<Concert | Refused> {
  const change = checked(input);
  if (!isId(id)) return noSuchConcert();
  return act(outbox, acting, async (tx) => {
    const { manager } = tx;
    const [found] = await findConcerts(manager, [id]);
    if (found === undefined) return noSuchConcert();
    const next = changed(found, change);
    if (found.version !== version) {
      const isDone = found.version === version + 1 && isSame(found, next);
      return isDone ? { answer: found } : changedMeanwhile(found);
    }
    if (isSame(found, next)) return { answer: found };
    if (next.publishAt?.getTime() !== found.publishAt?.getTime()) {
      const [published] = await findConcerts(manager, [id], 'published');
      if (published !== undefined) return alreadyPublished();
    }
    // Somebody else may have stored theirs since it was read.
    if (!(await updateConcert(manager, next))) return changedMeanwhile(next);
    const { title, salesOpenAt, publishAt } = next;
    tx.emit(
      concertChanged.about(id, {
        ...{ concertId: id, version: next.version, title },
        salesOpenAt: salesOpenAt.toISOString(),
        publishAt: publishAt?.toISOString() ?? null,
      }),
    );
    return { answer: next, subjectId: id, before: recorded(found), after: recorded(next) };
  });
}

function checked(input: ConcertChange): ConcertChange {
  const { title, artist, description, maxSeatsPerFan: most } = input;
  return {
    ...input,
    ...(title !== undefined && { title: text('input.title', title, short) }),
    ...(artist !== undefined && { artist: text('input.artist', artist, short) }),
    ...(description !== undefined && { description: text('input.description', description, long) }),
    ...(most !== undefined && { maxSeatsPerFan: between('input.maxSeatsPerFan', most, 1, mostSeatsPerFan) }),
  };
}

const noSuchConcert = () => refuse('NOT_FOUND', 'There is no such concert.');

const changedMeanwhile = ({ version }: Concert) =>
  refuse(
    'CHANGED_MEANWHILE',
    `Somebody else has changed this concert: it is at version ${version} or later.`,
  );

const alreadyPublished = () =>
  refuse('ALREADY_PUBLISHED', 'Everybody sees this concert already, and that cannot be taken back.');
