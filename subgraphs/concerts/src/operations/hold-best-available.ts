import { refuse } from '@frontrow/kit/refusal';
import type { EntityManager } from 'typeorm';
import { findBlocks } from '../domain/block.ts';
import type { Placed } from '../domain/block.ts';
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
/** How much further down the hall a fan looks after each block that somebody else was quicker to take. */
const blocksMoreEachTime = 8;
const attemptsWithoutWaiting = 8;

/** Holds the block of neighbouring seats nearest the stage that can be had. */
export async function holdBestAvailable(office: BoxOffice, customer: Customer, wanted: BestAvailable) {
  const { manager } = office.outbox.database;
  const { ticketId, sale } = customer;
  const { scheduleId, sections: all } = sale;
  if ((await findEndedTickets(manager, [ticketId])).has(ticketId)) return admissionEnded();
  const named = wanted.section === null ? all : all.filter(({ name }) => name === wanted.section);
  if (named.length === 0) return refuse('NOT_FOUND', 'The schedule has no such section.');
  const { maxPrice } = wanted;
  const sections = maxPrice === null ? named : named.filter(({ price }) => price <= maxPrice);

  // Fans who ask at the same moment all see the same best block. One gets it; each of the others picks one of the next
  // few at random, and of more of them each time, so that they soon stop meeting. They hear that nothing is left only when
  // a look finds no block at all: what is being taken still counts as available until it is. Who keeps losing waits in
  // line instead, so that nobody runs in circles round seats that a stuck transaction has locked.
  for (let attempt = 0; ; attempt++) {
    const choice = 1 + attempt * blocksMoreEachTime;
    const blocks = await findBestBlocks(manager, scheduleId, sections, wanted.count, choice);
    const block = blocks[Math.floor(Math.random() * blocks.length)];
    if (block === undefined) {
      return refuse('NOT_ENOUGH_SEATS', 'No such block of seats is left.', { retryable: true });
    }
    const seatIds = block.map(({ id }) => id);
    const whenBusy = attempt < attemptsWithoutWaiting ? 'give-up' : 'wait';
    const [answer = null] = await takeSeats(office, [{ ...customer, seatIds }], whenBusy);
    if (answer !== 'busy' && (answer === null || !('seatIds' in answer))) return answer;
  }
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
