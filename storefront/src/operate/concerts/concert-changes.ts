import type { ConcertToChangeFragment } from '../operations.generated.ts';

export type Concert = Omit<ConcertToChangeFragment, '__typename'>;
type Words = Pick<Concert, 'title' | 'artist' | 'description'>;
/** What an operator has typed. Fields that they did not touch are left out. */
export type Draft = Partial<Words & Pick<Concert, 'salesOpenAt' | 'maxSeatsPerFan'> & { publishAt: string }>;

/** A consequence of a change, which a text of `concert.then` says. */
export type Consequence =
  | { readonly then: 'title' | 'artist'; readonly before: string; readonly after: string }
  | { readonly then: 'description' | 'publishesNow' }
  | { readonly then: 'opensLater' | 'opensEarlier'; readonly before: string; readonly after: string }
  | { readonly then: 'closesUntil'; readonly after: string }
  | { readonly then: 'opensNow' }
  | { readonly then: 'allows' | 'allowsFewer'; readonly before: number; readonly after: number }
  | { readonly then: 'publishes'; readonly after: string };

const names = ['title', 'artist', 'description', 'salesOpenAt', 'maxSeatsPerFan', 'publishAt'] as const;

/** Only what differs from the concert is sent. */
export const changesOf = (concert: Concert, draft: Draft): Draft =>
  Object.fromEntries(
    names
      .filter((name) => draft[name] !== undefined && draft[name] !== concert[name])
      .map((name) => [name, draft[name]]),
  );

export const isHidden = ({ publishAt }: Pick<Concert, 'publishAt'>, now: number): boolean =>
  publishAt !== null && Date.parse(publishAt) > now;

/**
 * What a change would do, said before it is done.
 * @param now ms since the epoch
 */
export function consequencesOf(concert: Concert, draft: Draft, now: number): Consequence[] {
  const { title, artist, description, salesOpenAt, maxSeatsPerFan, publishAt } = changesOf(concert, draft);
  const found: Consequence[] = [];
  if (title !== undefined) found.push({ then: 'title', before: concert.title, after: title });
  if (artist !== undefined) found.push({ then: 'artist', before: concert.artist, after: artist });
  if (description !== undefined) found.push({ then: 'description' });
  if (salesOpenAt !== undefined) found.push(openingOf(concert.salesOpenAt, salesOpenAt, now));
  if (maxSeatsPerFan !== undefined) {
    const then = maxSeatsPerFan < concert.maxSeatsPerFan ? 'allowsFewer' : 'allows';
    found.push({ then, before: concert.maxSeatsPerFan, after: maxSeatsPerFan });
  }
  if (publishAt !== undefined) {
    const isAtOnce = Date.parse(publishAt) <= now;
    found.push(isAtOnce ? { then: 'publishesNow' } : { then: 'publishes', after: publishAt });
  }
  return found;
}

function openingOf(before: string, after: string, now: number): Consequence {
  const [old, next] = [Date.parse(before), Date.parse(after)];
  if (old <= now && next > now) return { then: 'closesUntil', after };
  if (old > now && next <= now) return { then: 'opensNow' };
  return { then: next > old ? 'opensLater' : 'opensEarlier', before, after };
}
