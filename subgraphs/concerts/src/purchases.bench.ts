// What 200 purchases of 4 seats ask of the database, two replicas together. Not part of `npm test`:
//   NODE_OPTIONS='--experimental-vm-modules' npx jest --selectProjects integration --testMatch '**/concerts/src/purchases.bench.ts'
import { setTimeout as pause } from 'node:timers/promises';
import { closeBroker, connectBroker, subjectOf } from '@frontrow/events/broker';
import { Consumer } from '@frontrow/events/consumer';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import { published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { createLogger } from '@frontrow/kit/log';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { audit, handlers, holdSeats, openHall, putOnSale } from './testing/hall.ts';
import type { Hall } from './testing/hall.ts';
import { confirmed } from './testing/purchase.ts';
import type { Purchase } from './testing/purchase.ts';

const count = 200;
const atOnce = 32;
/** Between two confirmations, in ms. */
const pace = 10;

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

async function counted(): Promise<{ statements: number; transactions: number }> {
  const rows = await hall.outbox.database.query<{ Variable_name: string; Value: string }[]>(
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Com_begin')",
  );
  const of = (name: string) => Number(rows.find((row) => row.Variable_name === name)?.Value);
  return { statements: of('Questions'), transactions: of('Com_begin') };
}

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const before = await counted();
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const after = await counted();
  const each = (total: number) => (total / count).toFixed(2);
  console.log(
    `${what}: ${each(after.statements - before.statements - 1)} statements and ` +
      `${each(after.transactions - before.transactions)} transactions each, ${took.toFixed(0)} ms in all, ` +
      `${each((user + system) / 1_000)} ms of this process each`,
  );
}

it(`${count} purchases`, async () => {
  const section = { name: 'A', price: 100, rows: 10, seatsPerRow: 100 };
  const { concertId, scheduleId } = await putOnSale(hall, { sections: [section] });
  const seats = await hall.outbox.database.query<{ id: string }[]>(
    'SELECT id FROM seats WHERE schedule_id = ? ORDER BY seat_rank',
    [scheduleId],
  );
  const calls = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const fan = aFan();
      const seatIds = seats.slice(4 * i, 4 * i + 4).map(({ id }) => id);
      return { fan, seatIds, admissionToken: await hall.admit(fan, concertId) };
    }),
  );
  const held: Purchase[] = [];
  const open = [...calls.entries()];
  await measure('holdSeats', () =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let next = open.shift(); next !== undefined; next = open.shift()) {
          const [i, { fan, seatIds, admissionToken }] = next;
          const request = { scheduleId, seatIds, admissionToken };
          const { data } = await holdSeats(hall.replicas[i % 2 === 0 ? 0 : 1], fan, request);
          const { reservationId } = data.holdSeats;
          held.push({ reservationId, userId: fan.id, concertId, scheduleId, seatIds });
        }
      }),
    ),
  );
  expect((await audit(hall, scheduleId)).counted).toEqual({ held: 4 * count, sold: 0 });

  const log = createLogger('test', 'silent');
  const urls = [process.env['TEST_NATS_URL'] ?? ''];
  const broker = await connectBroker({ urls, service: 'concerts', replicas: 1, log });
  const consumers = [0, 1].map(() => new Consumer('concerts', handlers, hall.outbox, broker, log));
  await pause(1_000); // they have subscribed
  const told = (rows: string) => async (): Promise<boolean> => {
    const [row] = await hall.outbox.database.query<{ n: string }[]>(rows);
    return Number(row?.n) === count;
  };
  const hear = async (events: ReturnType<typeof confirmed>[], areHandled: () => Promise<boolean>) => {
    for (const event of events) {
      await broker.stream.publish(subjectOf(event.type, event.subject), JSON.stringify(published(event)));
      await pause(pace);
    }
    while (!(await areHandled())) await pause(100);
  };
  await measure('reservation.confirmed', () =>
    hear(held.map(confirmed), told("SELECT COUNT(*) AS n FROM holds WHERE status = 'SOLD'")),
  );
  const ended = held.map(({ userId }) => {
    const ticketId = newId();
    return ticketEnded.about(ticketId, { ticketId, userId, concertId, reason: 'COMPLETED' });
  });
  await measure('ticket.ended', () => hear(ended, told('SELECT COUNT(*) AS n FROM ended_tickets')));
  expect((await audit(hall, scheduleId)).counted).toEqual({ held: 0, sold: 4 * count });
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await closeBroker(broker);
}, 240_000);
