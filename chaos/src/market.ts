import { Fan } from '@frontrow/stack/fan';
import { openSale } from '@frontrow/stack/open-sale';
import type { Stack } from '@frontrow/stack/stack';
import type { Market } from './buyer.ts';

const price = 100;
const seatsPerRow = 100;
/** More than are sold, but so few that fans want the same ones. */
const seatsPerSecond = 20;

/** A concert for a run of this many seconds. Its waiting room is so small that now and then there is a line. */
export async function openMarket({ gatewayUrl: url, operator }: Stack, seconds: number): Promise<Market> {
  const viewer = await Fan.logIn(url, operator.email, operator.password);
  const rows = Math.min(200, Math.max(4, Math.ceil((seconds * seatsPerSecond) / seatsPerRow)));
  const sale = await openSale(viewer, {
    title: 'The Chaos',
    artist: 'The Load',
    description: 'Made by `npm run chaos`.',
    price,
    rows,
    seatsPerRow,
  });
  await viewer.ask(
    'mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) { __typename } }',
    { input: { concertId: sale.concertId, maxActive: 40, admissionSeconds: 30 } },
  );
  const { schedule } = await viewer.ask<{ schedule: { seats: { id: string }[] } }>(
    'query ($id: ID!) { schedule(id: $id) { seats { id } } }',
    { id: sale.scheduleId },
  );
  return { url, ...sale, seatIds: schedule.seats.map(({ id }) => id), price };
}
