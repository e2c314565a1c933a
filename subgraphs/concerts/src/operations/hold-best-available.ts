import { refuse } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { findBlocks } from '../domain/block.ts';
import type { Placed } from '../domain/block.ts';
import { seatsIn } from '../domain/concert.ts';
import type { Section } from '../domain/concert.ts';
import { findEndedTickets } from '../storage/ended-tickets.ts';
import { findAvailable } from '../storage/seats.ts';
import type { BoxOffice } from './box-office.ts';
import { admissionEnded } from './check-pass.ts';
import { takeSeats } from './take-seats.ts';
import type { Customer } from './take-seats.ts';
import type { WantedSeats } from './wanted-seats.ts';

type BestAvailable = Extract<WantedSeats, { seatIds?: undefined }>;

const seatsAtATime = 500;
const placesAtATime = 64;
/** How much further down the hall a fan looks after each block that somebody else was quicker to take. */
const blocksMoreEachTime = 8;
const attemptsWithoutWaiting = 8;

/**
 * Holds the block of neighbouring seats nearest the stage that can be had; in a standing area, which has to be named, any places that
 * are free.
 */
export async function holdBestAvailable(office: BoxOffice, customer: Customer, wanted: BestAvailable) {
  const { manager } = office.outbox.database;
  const { ticketId, sale } = customer;
  const { scheduleId, sections: all } = sale;
  if ((await findEndedTickets(manager, [ticketId])).has(ticketId)) return admissionEnded();
  const named = all.filter(({ name, kind }) =>
    wanted.section === null ? kind === 'SEATED' : name === wanted.section,
  );
  if (named.length === 0 && wanted.section !== null)
    return refuse('NOT_FOUND', 'The schedule has no such section.');
  const { maxPrice, count } = wanted;
  const sections = maxPrice === null ? named : named.filter(({ price }) => price <= maxPrice);
  const [area] = sections;
  const isStanding = area?.kind === 'STANDING';

  // Fans who ask at the same moment all see the same best block. One gets it; each of the others picks one of the next
  // few at random, and of more of them each time, so that they soon stop meeting. They hear that nothing is left only when
  // a look finds no block at all: what is being taken still counts as available until it is. Who keeps losing waits in
  // line instead, so that nobody runs in circles round seats that a stuck transaction has locked.
  for (let attempt = 0; ; attempt++) {
    const choice = 1 + attempt * blocksMoreEachTime;
    const blocks = isStanding
      ? await findSomePlaces(manager, area, count)
      : await findBestBlocks(manager, scheduleId, sections, count, choice);
    const block = blocks[Math.floor(Math.random() * blocks.length)];
    if (block === undefined) {
      const what = isStanding
        ? 'Not so many places of the area are left.'
        : 'No such block of seats is left.';
      return refuse('NOT_ENOUGH_SEATS', what, { retryable: true });
    }
    const seatIds = block.map(({ id }) => id);
    const whenBusy = attempt < attemptsWithoutWaiting ? 'give-up' : 'wait';
    const [answer = null] = await takeSeats(office, [{ ...customer, seatIds }], whenBusy);
    if (answer !== 'busy' && (answer === null || !('seatIds' in answer))) return answer;
  }
}

/**
 * Places of an area from a random one on, going on at its beginning, so that fans who come together seldom want the same ones. When few
 * are left they are all looked at.
 * @returns one choice, or none when the area has not so many
 */
async function findSomePlaces(manager: EntityManager, area: Section, count: number): Promise<Placed[][]> {
  const start = area.firstRank + Math.floor(Math.random() * seatsIn(area));
  const { scheduleId } = area;
  const from = (rank: number) =>
    findAvailable(manager, { scheduleId, sections: [area], rank }, placesAtATime);
  const found = await from(start);
  if (found.length < placesAtATime && start > area.firstRank) {
    found.push(...(await from(area.firstRank)).filter(({ rank }) => rank < start));
  }
  if (found.length < count) return [];
  // Any of them: the last few are wanted by everybody.
  for (let place = 0; place < count; place++) {
    const other = place + Math.floor(Math.random() * (found.length - place));
    [found[place], found[other]] = [
      found[other] as (typeof found)[number],
      found[place] as (typeof found)[number],
    ];
  }
  return [found.slice(0, count)];
}

/** Reads the hall from the stage on, page by page, until it has found enough blocks. */
async function findBestBlocks(
  manager: EntityManager,
  scheduleId: string,
  sections: readonly Section[],
  count: number,
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
