import { randomUUID } from 'node:crypto';
import type { AdmittedFan, Contestant, Sale } from '../contestant.ts';
import type { Latencies } from '../measuring/latency.ts';
import { holdSeats } from './buy.ts';
import { come } from './come.ts';
import { courseOf } from './purchase.ts';
import type { Scenario } from './scenario.ts';

const atOnce = 8;
/** How many clients open the map between one change and the next. */
const opensEachChange = 10;

const openMap = `query ($id: ID!) { schedule(id: $id) { seatMap { layout states version } } }`;
const allSeats = `query ($id: ID!) { schedule(id: $id) {
  seats { id section row number label price status version } } }`;

/** These clients have never fetched the layout before. The states and the version come together with its name. */
async function openDocument({ client }: Contestant, { scheduleId }: Sale): Promise<void> {
  const { schedule } = await client.ask<{ schedule: { seatMap: { layout: string } } }>(
    openMap,
    { id: scheduleId },
    undefined,
    'gzip',
  );
  await client.read({
    method: 'GET',
    path: schedule.seatMap.layout,
    headers: { 'accept-encoding': 'br, gzip' },
  });
}

/** What a client does with the seats afterwards is not measured. */
const openAllSeats = ({ client }: Contestant, { scheduleId }: Sale): Promise<unknown> =>
  client.read(client.request(allSeats, { id: scheduleId }, undefined, 'gzip'));

/** Opens the hall's map again and again, while fans hold seats of it. */
const openings = (seats: number, usual: Scenario['usual']): Scenario => ({
  what: `the map of a hall of ${seats} seats is opened, ${atOnce} at once, and a seat is held after each ${opensEachChange}`,
  things: 'maps opened',
  seatsEach: 0,
  peers: ['all-seats'],
  usual,
  async prepare(contestant, amount) {
    const sale = await contestant.openSale(seats);
    const changes = Math.ceil((amount.count + amount.warmUp) / opensEachChange) + amount.rounds + 1;
    const fans = [...(await contestant.admittedFans(sale, changes))];
    const places = sale.seatIds.values();
    const open = contestant.name === 'all-seats' ? openAllSeats : openDocument;
    return courseOf(contestant, amount, async (count, latencies) => {
      const turns = Array.from({ length: count }, (_, turn) => turn);
      await come(turns, { atOnce }, async (turn, dueAt) => {
        const isChange = turn % opensEachChange === 0;
        if (isChange) {
          await hold(contestant, sale, fans.pop() as AdmittedFan, places.next().value as string);
          latencies.record('hold', performance.now() - dueAt);
        }
        await opened(contestant, sale, open, { dueAt: isChange ? performance.now() : dueAt, latencies });
      });
      return count;
    });
  },
});

async function opened(
  contestant: Contestant,
  sale: Sale,
  open: (contestant: Contestant, sale: Sale) => Promise<unknown>,
  { dueAt, latencies }: { dueAt: number; latencies: Latencies },
): Promise<void> {
  await open(contestant, sale);
  latencies.record('open', performance.now() - dueAt);
}

async function hold(
  { client }: Contestant,
  { scheduleId }: Sale,
  { token, pass }: AdmittedFan,
  seat: string,
) {
  const input = { scheduleId, seatIds: [seat], admissionToken: pass, idempotencyKey: randomUUID() };
  const { answer } = await client.ask<{ answer: { __typename: string } }>(holdSeats, { input }, token);
  if (answer.__typename !== 'SeatHold') throw new Error(`Refused: ${JSON.stringify(answer)}`);
}

export const map = openings(100_000, { count: 90, rounds: 3, warmUp: 20 });
export const smallMap = openings(2_000, { count: 900, rounds: 3, warmUp: 200 });
