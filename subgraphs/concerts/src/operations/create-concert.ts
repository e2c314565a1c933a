import { concertCreated } from '@frontrow/events/contracts/concerts';
import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import { claimKey, keyReused } from '@frontrow/kit/idempotency';
import type { KeyedCall } from '@frontrow/kit/idempotency';
import { newId } from '@frontrow/kit/ids';
import type { Refusal } from '@frontrow/kit/refusal';
import { text } from '@frontrow/kit/text';
import type { Concert } from '../domain/concert.ts';
import { mostSeatsPerFan } from '../domain/sale.ts';
import { findConcerts, findOrInsertVenue, insertConcert } from '../storage/concerts.ts';
import type { SaleDependencies } from './sale-dependencies.ts';
import { between } from './limits.ts';

export interface NewConcert {
  readonly title: string;
  readonly artist: string;
  readonly description: string;
  readonly venueName: string;
  readonly venueAddress: string;
  readonly salesOpenAt: Date;
  readonly maxSeatsPerFan: number;
  /** When everybody sees it; at once when it is left out. */
  readonly publishAt?: Date | undefined;
}

export const short = { min: 1, max: 200 };
export const long = { min: 0, max: 2_000, isLong: true };

/**
 * Puts a concert into the catalogue: once for each key; without a key, once for each call. This also holds if the answer to a
 * COMMIT is lost.
 * @param keyed the caller and their idempotency key, if there is one
 * @param acting recorded if the concert is new
 * @throws BAD_USER_INPUT naming the argument that is out of range
 */
export async function createConcert(
  { outbox, ids }: Pick<SaleDependencies, 'outbox' | 'ids'>,
  acting: Acting,
  input: NewConcert,
  keyed?: Pick<KeyedCall, 'userId' | 'key' | 'now'>,
): Promise<Concert | Refusal<'IDEMPOTENCY_KEY_REUSED'>> {
  const venue = {
    name: text('input.venueName', input.venueName, short),
    address: text('input.venueAddress', input.venueAddress, short),
  };
  const described = {
    title: text('input.title', input.title, short),
    artist: text('input.artist', input.artist, short),
    description: text('input.description', input.description, long),
    salesOpenAt: input.salesOpenAt,
    maxSeatsPerFan: between('input.maxSeatsPerFan', input.maxSeatsPerFan, 1, mostSeatsPerFan),
    // Left out when the client does not send it, so that the call's fingerprint is the same as before there was this field.
    ...(input.publishAt !== undefined && { publishAt: input.publishAt }),
  };
  const newConcertId = ids.next();
  const call = keyed && { ...keyed, operation: 'createConcert', args: { ...venue, ...described } };
  return act(outbox, acting, async (tx) => {
    const claim = call === undefined ? 'claimed' : await claimKey(tx.manager, call, newConcertId);
    if (claim === 'other-arguments') return tx.undo(keyReused());
    const id = claim === 'claimed' ? newConcertId : claim.effectId;
    // The concert was made by an earlier call with this key, or by this very call if the answer to its COMMIT was lost.
    const [made] = await findConcerts(tx.manager, [id]);
    if (made !== undefined) return { answer: made };
    const created: Concert = {
      ...{ publishAt: null, highestSeatsPerFan: null, version: 1 },
      ...described,
      id,
      venueId: await findOrInsertVenue(tx.manager, { ...venue, id: newId() }),
    };
    await insertConcert(tx.manager, created);
    const { title, salesOpenAt } = created;
    const publishAt = created.publishAt?.toISOString();
    tx.emit(
      concertCreated.about(id, {
        ...{ concertId: id, title, salesOpenAt: salesOpenAt.toISOString() },
        ...(publishAt !== undefined && { publishAt }),
      }),
    );
    return { answer: created, subjectId: id, before: null, after: recorded(created) };
  });
}

/** A concert as the log has it. */
export function recorded({ id: _id, version: _version, highestSeatsPerFan: _highest, ...concert }: Concert) {
  const { salesOpenAt, publishAt } = concert;
  return {
    ...concert,
    salesOpenAt: salesOpenAt.toISOString(),
    publishAt: publishAt?.toISOString() ?? null,
  };
}
