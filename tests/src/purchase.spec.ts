import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { mailTo } from './testing/mails.ts';
import { admittedFan, concertOnSale, seesInTheEnd, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';

let system: System;
let sale: Sale;

beforeAll(async () => {
  system = await sharedSystem();
  sale = await concertOnSale(system, { rows: 20, seatsPerRow: 20 });
}, 120_000);

const tickets = 'query ($id: ID!) { me { email } reservation(id: $id) { tickets { code voidedAt } } }';

/** A fan who has 10,000 points (or as many as given) and holds two seats at 100 points each. */
async function holder(points?: number) {
  const { fan, pass, ticketId } = await admittedFan(system, sale, points);
  const hold = (await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 2 } })) as SeatHoldAnswer;
  expect(hold).toMatchObject({ __typename: 'SeatHold', total: 200 });
  return { fan, pass, ticketId, hold, id: hold.reservationId };
}

describe('a purchase', () => {
  it('ends with the seats SOLD, the points paid and the place in the room given up', async () => {
    const { fan, id } = await holder();
    expect(await fan.pay(id)).toMatchObject({ __typename: 'Payment', status: 'COMPLETED', amount: 200 });
    await seesInTheEnd(fan, id, {
      reservation: 'CONFIRMED',
      payment: 'COMPLETED',
      seats: ['SOLD', 'SOLD'],
      balance: 9_800,
      ticket: 'COMPLETED',
    });
  });

  it('takes the points once when the same pay is sent 20 times at once', async () => {
    const { fan, id } = await holder();
    const answers = await Promise.all(Array.from({ length: 20 }, () => fan.pay(id, 'the-same-key')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await seesInTheEnd(fan, id, { reservation: 'CONFIRMED', balance: 9_800, seats: ['SOLD', 'SOLD'] });
  });

  it('is compensated when there are too few points', async () => {
    const { fan, id } = await holder(199);
    expect(await fan.pay(id)).toMatchObject({ status: 'FAILED', failure: 'INSUFFICIENT_POINTS' });
    await seesInTheEnd(fan, id, {
      reservation: 'CANCELLED',
      because: 'PAYMENT_FAILED',
      payment: 'FAILED',
      seats: ['AVAILABLE', 'AVAILABLE'],
      balance: 199,
      ticket: 'ADMITTED',
    });
  });

  it('that the fan cancels before paying releases the seats, and can no longer be paid', async () => {
    const { fan, id } = await holder();
    await fan.reservationUntil(id, 'PENDING');
    expect(await fan.cancel(id)).toMatchObject({ __typename: 'Reservation', status: 'CANCELLED' });
    await seesInTheEnd(fan, id, {
      reservation: 'CANCELLED',
      because: 'CANCELLED_BY_FAN',
      payment: null,
      seats: ['AVAILABLE', 'AVAILABLE'],
      balance: 10_000,
    });
    await fan.until<{ pay: { code: string } }>(
      `mutation ($input: PayInput!) { pay(input: $input) { ... on Refusal { code } } }`,
      { input: { reservationId: id, idempotencyKey: 'too-late' } },
      ({ pay }) => pay.code === 'RESERVATION_NOT_PAYABLE',
    );
  });

  it('has a ticket for each seat and a mail about it; if it is cancelled, points and seats are given back and the tickets are void', async () => {
    const { fan, id } = await holder();
    await fan.pay(id);
    await fan.reservationUntil(id, 'CONFIRMED');
    const { me, reservation } = await fan.ask<{ me: { email: string }; reservation: { tickets: object[] } }>(
      tickets,
      { id },
    );
    const good = { code: expect.stringMatching(/^[0-9A-Z $%*+\-./:]{134}$/), voidedAt: null };
    expect(reservation.tickets).toEqual([good, good]);
    expect((await mailTo(system, me.email, /^Your tickets/)).text).toContain(`/tickets/${id}`);
    expect(await fan.cancel(id)).toMatchObject({ __typename: 'Reservation' });
    await seesInTheEnd(fan, id, {
      reservation: 'CANCELLED',
      because: 'CANCELLED_BY_FAN',
      payment: 'REFUNDED',
      seats: ['AVAILABLE', 'AVAILABLE'],
      balance: 10_000,
    });
    const after = await fan.ask<{ reservation: { tickets: object[] } }>(tickets, { id });
    expect(after.reservation.tickets).toEqual(
      reservation.tickets.map((ticket) => ({ ...ticket, voidedAt: expect.any(String) })),
    );
    expect((await mailTo(system, me.email, /^Cancelled and refunded/)).text).toContain('200 P are back');
  });

  it('ends in one consistent state when payment and cancellation cross', async () => {
    const { fan, id } = await holder();
    await fan.reservationUntil(id, 'PENDING');
    await Promise.all([fan.pay(id), fan.cancel(id)]);
    // Whichever came first, the fan has cancelled, so nothing of it is left.
    await seesInTheEnd(fan, id, {
      reservation: 'CANCELLED',
      because: 'CANCELLED_BY_FAN',
      seats: ['AVAILABLE', 'AVAILABLE'],
      balance: 10_000,
    });
  });

  it('admits the next fan when an admission ends', async () => {
    const small = await concertOnSale(system, { maxActive: 1 });
    const first = await admittedFan(system, small);
    const second = admittedFan(system, small);
    await first.fan.leaveQueue(first.ticketId);
    expect((await second).pass).not.toBe('');
  });

  it('cannot begin with the pass of a ticket once leaveQueue has answered', async () => {
    const leavers = await Promise.all(Array.from({ length: 8 }, () => admittedFan(system, sale)));
    const answers = await Promise.all(
      leavers.map(async ({ fan, pass, ticketId }) => {
        await fan.leaveQueue(ticketId);
        return fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } });
      }),
    );
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ code: 'NOT_ADMITTED' })));
  });

  it('works as the README shows it', async () => {
    await concertOnSale(system); // the newest concert is the first that the README finds
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const script = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, code]) => code)[1]!;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      env: { ...process.env, GATEWAY_PORT: new URL(system.url).port },
    });
    expect(stdout).toContain('"status": "CONFIRMED"');
    expect(stdout.match(/"label"/g)).toHaveLength(2);
  }, 30_000);

  it('leaves nothing for the audit to find', async () => {
    expect(await system.audit()).toEqual([]);
  });
});
