import { Fan } from '@frontrow/stack/fan';
import { openSaleInHall } from '@frontrow/stack/open-sale';
import type { Drawing } from '@frontrow/stack/open-sale';
import type { Stack } from '@frontrow/stack/stack';

/** What fans can buy, and where. */
export interface Market {
  readonly url: string;
  readonly concertId: string;
  readonly scheduleId: string;
  /** The seats that can be had one by one. */
  readonly seatIds: readonly string[];
  /** Each wheelchair place, with its companion's seat. */
  readonly pairs: readonly (readonly [placeId: string, companionId: string])[];
  /** The name of the standing area. */
  readonly standing: string;
  /** The price of each seat and place, in points. */
  readonly price: number;
}

const price = 100;
const seatsPerRow = 100;
/** More than are sold, but so few that fans want the same ones. */
const seatsPerSecond = 20;
/** Of each 100 seats there are so many places more in the standing area. */
const standingPerRow = 25;
const [seated, standing] = ['R', 'Floor'];
/** A wheelchair place at either end of each row. */
const wheelchairs = [
  { number: 1, companion: 2 },
  { number: seatsPerRow, companion: seatsPerRow - 1 },
];

/** A concert for a run of this many seconds. Its waiting room is so small that now and then there is a line. */
export async function openMarket({ gatewayUrl: url, operator }: Stack, seconds: number): Promise<Market> {
  const viewer = await Fan.logIn(url, operator.email, operator.password);
  const rows = Math.min(200, Math.max(4, Math.ceil((seconds * seatsPerSecond) / seatsPerRow)));
  const texts = { title: 'The Chaos', artist: 'The Load', description: 'Made by `npm run chaos`.' };
  const sale = await openSaleInHall(viewer, { ...texts, price }, hallOf(rows));
  await viewer.ask(
    'mutation ($input: ConfigureWaitingRoomInput!) { configureWaitingRoom(input: $input) { __typename } }',
    { input: { concertId: sale.concertId, maxActive: 40, admissionSeconds: 30 } },
  );
  const { schedule } = await viewer.ask<{ schedule: { seats: Seat[] } }>(
    'query ($id: ID!, $section: String) { schedule(id: $id) { seats(section: $section) { id row number } } }',
    { id: sale.scheduleId, section: seated },
  );
  return { url, ...sale, ...offered(schedule.seats), standing, price };
}

/** A standing area before rows of seats with wheelchair places. Lengths are in cm. */
const hallOf = (rows: number): Drawing => ({
  name: 'A hall with one of everything',
  stage: { x: 0, y: 0, width: 1_000, depth: 400 },
  sections: [
    {
      ...{ name: standing, kind: 'STANDING', seatsPerRow: rows * standingPerRow },
      ...{ x: 0, y: 300, width: 3_000, depth: 1_000 },
    },
    {
      ...{ name: seated, kind: 'SEATED', x: 0, y: 2_000, rows, seatsPerRow },
      wheelchairs: Array.from({ length: rows }, (_, index) => index + 1).flatMap((row) =>
        wheelchairs.map((pair) => ({ row, ...pair })),
      ),
    },
  ],
});

interface Seat {
  readonly id: string;
  readonly row: number;
  readonly number: number;
}

function offered(seats: readonly Seat[]): Pick<Market, 'seatIds' | 'pairs'> {
  const idOf = new Map(seats.map(({ id, row, number }) => [`${row}-${number}`, id]));
  const rows = [...new Set(seats.map(({ row }) => row))];
  const pairs = rows.flatMap((row) =>
    wheelchairs.map(({ number, companion }) => {
      const [place = '', beside = ''] = [idOf.get(`${row}-${number}`), idOf.get(`${row}-${companion}`)];
      return [place, beside] as const;
    }),
  );
  const paired = new Set(pairs.flat());
  return { pairs, seatIds: seats.map(({ id }) => id).filter((id) => !paired.has(id)) };
}
