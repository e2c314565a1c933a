import { refuse } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { findBlocks, shareOut } from '../domain/block.ts';
import type { Placed } from '../domain/block.ts';
import { seatsIn } from '../domain/concert.ts';
import type { Section } from '../domain/concert.ts';
import { findEndedTickets } from '../storage/ended-tickets.ts';
import { findAvailable } from '../storage/seats.ts';
import type { WhenBusy } from '../storage/seats.ts';
import { admissionEnded } from './check-pass.ts';
import { takeSeats } from './take-seats.ts';
import type { AdmittedFan, SeatCall, TakeDependencies } from './take-seats.ts';

/** An admitted fan who wants any block of `count` neighbouring seats, or `count` places of a standing area. */
export interface BlockCall extends AdmittedFan {
  /** The sections that the block may be in: seated ones, or one standing area. Empty if none is cheap enough. */
  readonly sections: readonly Section[];
  readonly count: number;
  /** How often somebody else was quicker. */
  readonly attempt: number;
}

const seatsAtATime = 500;
const placesAtATime = 64;
/** How many more blocks a fan chooses from after each block that somebody else was quicker to take. */
const blocksMoreEachTime = 8;

/**
 * Holds a block for each of the calls that came together. The first call gets the best block, and no two share a seat. This
 * takes one look at the hall and one transaction. Calls that come through another replica at the same moment may be given the
 * same blocks. Then one of two succeeds; the other is 'busy', and next picks any of the following few blocks, of more each time,
 * so that the two soon stop meeting.
 * @param calls calls for one schedule
 * @returns the answer to each call; null if its key was used before
 */
export async function holdBlocks(
  saleDeps: TakeDependencies,
  calls: readonly BlockCall[],
  whenBusy: WhenBusy,
) {
  const { manager } = saleDeps.outbox.database;
  const ended = await findEndedTickets(
    manager,
    calls.map(({ ticketId }) => ticketId),
  );
  const admitted = calls.filter(({ ticketId }) => !ended.has(ticketId));
  const found = await findForEach(manager, admitted);
  const blocksFor = (call: BlockCall) => found.get(kindOf(call)) ?? [];
  const shares = shareOut(
    admitted.map((call) => ({ blocks: blocksFor(call), isRetry: call.attempt > 0 })),
    (count) => Math.floor(Math.random() * count),
  );
  const chosen = new Map<BlockCall, SeatCall>();
  for (const [index, call] of admitted.entries()) {
    const seatIds = shares[index]?.map(({ id }) => id);
    if (seatIds !== undefined) chosen.set(call, { ...call, seatIds });
  }
  const [first, ...others] = chosen.values();
  const taken = first === undefined ? [] : await takeSeats(saleDeps, [first, ...others], whenBusy);
  const answers = new Map([...chosen.keys()].map((call, i) => [call, taken[i] ?? null]));
  return calls.map((call) => {
    if (ended.has(call.ticketId)) return admissionEnded();
    const answer = answers.get(call);
    if (answer !== undefined)
      return answer !== null && answer !== 'busy' && 'seatIds' in answer ? 'busy' : answer;
    // Nothing is left only if the look finds no block at all. What others of the same moment were given counts as available until
    // it is taken.
    return blocksFor(call).length > 0 ? 'busy' : nothingLeft(call);
  });
}

/** Calls of the same kind can be given the same blocks. */
const kindOf = ({ sections, count }: BlockCall): string => [count, ...sections.map(({ id }) => id)].join(' ');

const nothingLeft = ({ sections }: BlockCall) =>
  refuse(
    'NOT_ENOUGH_SEATS',
    isStanding(sections) ? 'The area has not that many places left.' : 'No such block of seats is left.',
    { retryable: true },
  );

const isStanding = ([section]: readonly Section[]): boolean => section?.kind === 'STANDING';

/**
 * Finds blocks for each kind of call, so many that each of its fans has some to choose from. No two blocks of a kind share a
 * seat.
 */
async function findForEach(
  manager: EntityManager,
  calls: readonly BlockCall[],
): Promise<ReadonlyMap<string, Placed[][]>> {
  const found = new Map<string, Placed[][]>();
  for (const call of calls) {
    const kind = kindOf(call);
    if (found.has(kind)) continue;
    const ofKind = calls.filter((one) => kindOf(one) === kind);
    const enough = ofKind.reduce((sum, { attempt }) => sum + 1 + attempt * blocksMoreEachTime, 0);
    const find = isStanding(call.sections) ? findSomePlaces : findBestBlocks;
    found.set(kind, await find(manager, call, enough));
  }
  return found;
}

/**
 * Finds places of an area from a random one on, continuing at its beginning, so that fans who come through different replicas
 * seldom want the same ones. If few are left, all of them are looked at.
 */
async function findSomePlaces(
  manager: EntityManager,
  { sections, count }: BlockCall,
  enough: number,
): Promise<Placed[][]> {
  const area = sections[0] as Section;
  const { scheduleId } = area;
  const start = area.firstRank + Math.floor(Math.random() * seatsIn(area));
  const wanted = Math.max(placesAtATime, count * enough);
  const from = (rank: number) => findAvailable(manager, { scheduleId, sections, rank }, wanted);
  const places: Placed[] = await from(start);
  if (places.length < wanted && start > area.firstRank) {
    const before = await from(area.firstRank);
    places.push(...before.filter(({ rank }) => rank < start));
  }
  const shuffled = places.map((place) => ({ place, at: Math.random() })).toSorted((a, b) => a.at - b.at);
  const blocks: Placed[][] = [];
  for (let first = 0; first + count <= shuffled.length && blocks.length < enough; first += count) {
    blocks.push(shuffled.slice(first, first + count).map(({ place }) => place));
  }
  return blocks;
}

/** Reads the hall from the stage on, page by page, until it has found enough blocks. */
async function findBestBlocks(
  manager: EntityManager,
  { sale: { scheduleId }, sections, count }: BlockCall,
  enough: number,
): Promise<Placed[][]> {
  const found: Placed[][] = [];
  let rank = sections[0]?.firstRank;
  let rest: Placed[] = [];
  while (rank !== undefined && found.length < enough) {
    const page = await findAvailable(manager, { scheduleId, sections, rank }, seatsAtATime);
    const next = findBlocks([...rest, ...page], count);
    found.push(...next.blocks);
    rest = next.rest;
    rank = page.length < seatsAtATime ? undefined : (page.at(-1)?.rank ?? 0) + 1;
  }
  return found.slice(0, enough);
}
