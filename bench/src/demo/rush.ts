import { randomInt } from 'node:crypto';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { Live } from './live.ts';
import { Stopwatch } from './stopwatch.ts';

/** The result of a rush, which progress bars also show while it goes on. */
export interface Outcome {
  registered: number;
  admitted: number;
  held: number;
  bought: number;
  changedTheirMind: number;
  hadTooFewPoints: number;
  gotNone: number;
  seats: number;
}

export const stages = {
  registering: new Stopwatch(),
  waiting: new Stopwatch(),
  holding: new Stopwatch(),
  paying: new Stopwatch(),
  confirming: new Stopwatch(),
};

export interface RushOptions {
  readonly url: string;
  readonly concertId: string;
  readonly scheduleId: string;
  readonly price: number;
  readonly fans: number;
  /** Called after each step of each fan. */
  readonly onProgress: (outcome: Outcome) => void;
}

/** Hashing passwords is meant to be slow, so accounts are made before the sale, a few at a time. */
const registeringAtOnce = 16;
const lookAgainMs = 250;

/** Lets many fans buy at once, each in the way an app would do it. */
export async function rush({
  url,
  concertId,
  scheduleId,
  price,
  fans,
  onProgress,
}: RushOptions): Promise<Outcome> {
  const outcome: Outcome = {
    registered: 0,
    admitted: 0,
    held: 0,
    bought: 0,
    changedTheirMind: 0,
    hadTooFewPoints: 0,
    gotNone: 0,
    seats: 0,
  };
  const count = (name: keyof Outcome, by = 1) => {
    outcome[name] += by;
    onProgress(outcome);
  };

  const everybody = await register(url, fans, price, () => count('registered'));
  const shop = async (fan: Fan, live: Live) => {
    const { pass, ticketId } = await stages.waiting.time(() => waitForAdmission(fan, live, concertId));
    count('admitted');
    const hold = await holdSome(fan, scheduleId, pass);
    if (hold !== undefined) count('held');
    const end = hold === undefined ? 'gotNone' : await decide(fan, live, hold);
    count(end);
    if (end === 'bought') count('seats', hold?.seats.length);
    else await fan.leaveQueue(ticketId);
  };
  const apps = everybody.map((fan) => ({ fan, live: new Live(fan) }));
  try {
    await Promise.all(apps.map(({ fan, live }) => shop(fan, live)));
  } finally {
    await Promise.all(apps.map(({ live }) => live.end()));
  }
  return outcome;
}

/** Joins the line, and follows it until it is the fan's turn. */
async function waitForAdmission(
  fan: Fan,
  live: Live,
  concertId: string,
): Promise<{ ticketId: string; pass: string }> {
  const ticketId = await fan.enterQueue(concertId);
  const { ticket } = await live.until<{ ticket: { status: string; admissionToken: string | null } }>(
    'subscription ($ticketId: ID!) { ticket: queuePosition(ticketId: $ticketId) { position status admissionToken } }',
    { ticketId },
    ({ ticket }) => ticket.status !== 'WAITING',
  );
  if (ticket.admissionToken === null) throw new Error(`the ticket is ${ticket.status}`);
  return { ticketId, pass: ticket.admissionToken };
}

/** One fan in twenty cancels; all others pay. */
async function decide(
  fan: Fan,
  live: Live,
  { reservationId }: SeatHoldAnswer,
): Promise<'bought' | 'changedTheirMind' | 'hadTooFewPoints'> {
  if (randomInt(20) === 0) {
    await fan.reservationUntil(reservationId, 'PENDING');
    await fan.cancel(reservationId);
    return 'changedTheirMind';
  }
  const payment = await stages.paying.time(() => fan.pay(reservationId));
  if (payment.__typename !== 'Payment' || payment.status === 'FAILED') return 'hadTooFewPoints';
  await stages.confirming.time(() =>
    live.until<{ reservation: { status: string } }>(
      'subscription ($id: ID!) { reservation: reservationChanged(id: $id) { status } }',
      { id: reservationId },
      ({ reservation }) => reservation.status === 'CONFIRMED',
    ),
  );
  return 'bought';
}

async function register(url: string, fans: number, price: number, onRegistered: () => void): Promise<Fan[]> {
  const registered: Fan[] = [];
  let begun = 0;
  const registerSome = async () => {
    while (begun++ < fans) {
      const fan = await stages.registering.time(() => Fan.register(url, 'Demo fan'));
      fan.lookAgainMs = lookAgainMs;
      // One fan in twenty has too few points for even one seat.
      await fan.charge(randomInt(20) === 0 ? price - 1 : 4 * price);
      registered.push(fan);
      onRegistered();
    }
  };
  await Promise.all(Array.from({ length: registeringAtOnce }, registerSome));
  return registered;
}

/** Holds two neighbouring seats, or one if there are no two; undefined if everything is sold. */
async function holdSome(fan: Fan, scheduleId: string, pass: string): Promise<SeatHoldAnswer | undefined> {
  for (const count of [2, 1]) {
    const answer = await stages.holding.time(() => fan.hold(scheduleId, pass, { bestAvailable: { count } }));
    if (answer.__typename === 'SeatHold') return answer;
  }
  return undefined;
}
