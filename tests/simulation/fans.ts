import { onBehalfOf } from '@frontrow/events/operator-action';
import { isRefusal } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Outbox } from '@frontrow/events/outbox';
import type { Hold } from '../../subgraphs/concerts/src/domain/hold.ts';
import { newId } from '@frontrow/kit/ids';
import { asPlanned, seated } from '../../subgraphs/concerts/src/domain/concert.ts';
import { addDate } from '../../subgraphs/concerts/src/operations/add-schedule.ts';
import { cancelSchedule } from '../../subgraphs/concerts/src/operations/cancel-schedule.ts';
import { createConcert } from '../../subgraphs/concerts/src/operations/create-concert.ts';
import { holdSeats } from '../../subgraphs/concerts/src/operations/hold-seats.ts';
import { moveSchedule } from '../../subgraphs/concerts/src/operations/move-schedule.ts';
import { changeOffer } from '../../subgraphs/concerts/src/operations/offer-seats.ts';
import { admissionPass } from '../../subgraphs/queue/src/admission-pass.ts';
import { configureRoom } from '../../subgraphs/queue/src/operations/configure-room.ts';
import { joinRoom } from '../../subgraphs/queue/src/operations/join-room.ts';
import { leaveQueue } from '../../subgraphs/queue/src/operations/leave-queue.ts';
import { noteLooks } from '../../subgraphs/queue/src/operations/note-looks.ts';
import { findTickets } from '../../subgraphs/queue/src/storage/tickets.ts';
import { cancelReservation } from '../../subgraphs/reservations/src/operations/cancel-reservation.ts';
import { pauseShowEnd } from '../../subgraphs/reservations/src/operations/end-show.ts';
import { register } from '../../subgraphs/users/src/operations/register.ts';
import { Client } from './client.ts';
import { ids } from './services.ts';
import type { Apis } from './services.ts';
import type { System } from './system.ts';

/** What is for sale. */
export interface Show {
  readonly concertId: string;
  readonly scheduleId: string;
  readonly seatIds: readonly string[];
}

/** What a fan was told, and did. */
export interface Book {
  readonly fan: string;
  userId: string | undefined;
  /** Points that were charged, according to the answers. */
  charged: number;
  /** Reservations whose payment is COMPLETED, according to the answers. */
  readonly paid: Set<string>;
  /** Reservations that the fan wanted to cancel, in time or not. */
  readonly cancelled: Set<string>;
}

const price = 100;
/** The section without seats. */
const area = 'F';

/** A concert with few seats and a small room, so that fans get in each other's way. */
export async function openSale(system: System): Promise<Show> {
  const { operator } = system;
  const { random } = system.scheduler;
  const at = (hours: number) => new Date(system.scheduler.now + hours * 3_600_000);
  const words = {
    title: 'Title',
    artist: 'Artist',
    description: '',
    venueName: 'Venue',
    venueAddress: 'Street',
  };
  const concert = await operator.ask('concerts', (saleDeps) =>
    createConcert(saleDeps, onBehalfOf('COMMAND', 'createConcert'), {
      ...words,
      salesOpenAt: at(-1),
      maxSeatsPerFan: random.between(1, 3),
    }),
  );
  if (isRefusal(concert)) throw new Error(concert.message);
  const schedule = { id: newId(), concertId: concert.id, startsAt: at(24), hallId: null, ...asPlanned };
  const row = random.between(2, 5);
  const common = { scheduleId: schedule.id, price, rows: 1 };
  const date = {
    schedule,
    sections: [
      { ...common, ...seated, id: newId(), name: 'A', seatsPerRow: row, firstRank: 0 },
      {
        ...{ ...common, id: newId(), name: area, kind: 'STANDING' as const },
        ...{ seatsPerRow: random.between(1, 3), firstRow: 0, firstNumber: 1, firstRank: row },
      },
    ],
    seatsId: newId(),
    // In every other hall, the first two seats of the row are a wheelchair place and its companion's seat.
    companions: random.chance(0.5)
      ? [
          new Map([
            [0, 1],
            [1, 0],
          ]),
        ]
      : [],
  };
  const added = await operator.ask('concerts', ({ outbox }) =>
    addDate(outbox, onBehalfOf('COMMAND', 'addSchedule'), date),
  );
  if (isRefusal(added)) throw new Error(added.message);
  const settings = {
    maxActive: random.between(1, 3),
    admitPerSecond: 50,
    admissionSeconds: random.pick([60, 600]),
  };
  while (
    isRefusal(
      await operator.ask('queue', ({ lineDeps }) =>
        configureRoom(lineDeps, onBehalfOf('COMMAND', 'configureWaitingRoom'), concert.id, settings),
      ),
    )
  ) {
    await operator.wait(500, 1_000);
  }
  await system.mysql.look('concerts');
  const seats = system.mysql.rows('concerts', 'seats');
  return { concertId: concert.id, scheduleId: added.id, seatIds: seats.map(({ id }) => id as string) };
}

/** An operator who keeps seats back in the middle of the sale, and gives some of them free again. */
export async function keepSomeBack({ operator, scheduler: { random } }: System, show: Show): Promise<void> {
  const offer = (how: 'keepBack' | 'giveFree', seats: object) =>
    operator.ask('concerts', ({ outbox }) =>
      changeOffer(outbox, onBehalfOf('COMMAND', how), how, { scheduleId: show.scheduleId, ...seats }),
    );
  for (let times = random.between(0, 3); times > 0; times--) {
    await operator.wait(1_000, 60_000);
    const first = random.below(show.seatIds.length);
    const seats = random.pick([
      { seatIds: show.seatIds.slice(first, first + random.between(1, 2)) },
      { standing: { section: area, count: 1 } },
    ]);
    await offer('keepBack', seats);
    await operator.wait(1_000, 60_000);
    if (random.chance(0.7)) await offer('giveFree', seats);
  }
}

/** In every eighth schedule, one operator or two at once cancel the show at some moment of the sale. */
export async function perhapsCancelShow({ operator, scheduler }: System, show: Show): Promise<void> {
  const { random } = scheduler;
  if (!random.chance(1 / 8)) return;
  await operator.wait(0, 120_000);
  const cancel = () =>
    operator.ask('concerts', ({ outbox }) =>
      cancelSchedule(outbox, onBehalfOf('COMMAND', 'cancelSchedule'), show.scheduleId, new Date()),
    );
  await Promise.all(random.chance(0.3) ? [cancel(), cancel()] : [cancel()]);
  if (random.chance(0.3)) await interrupt(operator, show);
}

/** In every sixth schedule the show is moved at some moment of the sale; once or again, and perhaps by two operators at the same moment. */
export async function perhapsMoveShow({ operator, scheduler }: System, show: Show): Promise<void> {
  const { random } = scheduler;
  if (!random.chance(1 / 6)) return;
  const move = () => {
    // Some offers end while fans still think about it.
    const [startsIn, refundFor] = [random.between(20, 4_000), random.pick([1, 2, 5, 20])];
    return operator.ask('concerts', ({ outbox }) => {
      const at = (minutes: number) => new Date(scheduler.now + minutes * 60_000);
      const call = { scheduleId: show.scheduleId, startsAt: at(startsIn), refundUntil: at(refundFor) };
      return moveSchedule(outbox, onBehalfOf('COMMAND', 'moveSchedule'), call, new Date());
    });
  };
  for (let times = random.between(1, 2); times > 0; times--) {
    await operator.wait(0, 120_000);
    await Promise.all(random.chance(0.3) ? [move(), move()] : [move()]);
  }
}

/** Interrupts the end of the show for a while, once reservations has heard of it. */
async function interrupt(operator: System['operator'], { scheduleId }: Show): Promise<void> {
  const pause = (paused: boolean) =>
    operator.ask('reservations', (reservations: Outbox) =>
      pauseShowEnd(reservations, onBehalfOf('COMMAND', 'pauseCancellation'), {
        ...{ scheduleId, paused },
        now: new Date(),
      }),
    );
  while (isRefusal(await pause(true))) await operator.wait(500, 5_000);
  await operator.wait(1_000, 60_000);
  await pause(false);
}

/** A fan who registers, waits in line, and buys or does not, as the dice decide. */
export class Fan {
  readonly book: Book;
  readonly #client: Client;
  readonly #show: Show;
  readonly #system: System;
  #keys = 0;

  constructor(name: string, system: System, show: Show) {
    this.book = { fan: name, userId: undefined, charged: 0, paid: new Set(), cancelled: new Set() };
    this.#client = new Client(name, system);
    this.#system = system;
    this.#show = show;
  }

  async visit(): Promise<void> {
    const { random } = this.#system.scheduler;
    await this.#client.wait(0, 30_000);
    await this.#register();
    await this.#charge(random.pick([0, price, 3 * price, 6 * price]));
    for (let visits = random.chance(0.25) ? 2 : 1; visits > 0; visits--) {
      const ticketId = await this.#queue();
      if (ticketId === undefined) continue;
      for (let holds = random.between(1, 2); holds > 0; holds--) await this.#buy(ticketId);
      if (random.chance(0.3)) await this.#leave(ticketId);
    }
  }

  get #random() {
    return this.#system.scheduler.random;
  }

  get #userId(): string {
    return this.book.userId as string;
  }

  #key(): string {
    return `${this.book.fan} ${++this.#keys}`;
  }

  async #register(): Promise<void> {
    const { fan } = this.book;
    const registration = { email: `${fan}@example.org`, password: 'password', name: fan, locale: 'en' };
    const session = await this.#client.ask('users', (users: Outbox) =>
      register(users, registration, new Date()),
    );
    // The answer to the registration was lost. The fan logs in, and takes the id from the account.
    await this.#system.mysql.look('users');
    const [account] = this.#system.mysql
      .rows('users', 'users')
      .filter(({ email }) => email === registration.email);
    this.book.userId = isRefusal(session) ? (account?.['id'] as string) : session.user.id;
  }

  async #charge(amount: number): Promise<void> {
    if (amount === 0) return;
    const charge = { userId: this.#userId, amount, idempotencyKey: this.#key() };
    const answer = await this.#patiently(() => this.#client.ask('payments', (till) => till.charge(charge)));
    if (answer !== undefined) this.book.charged += amount;
  }

  /** @returns the ticket, once it is ADMITTED; undefined if the fan gave up, or was given up */
  async #queue(): Promise<string | undefined> {
    const { concertId } = this.#show;
    const join = async ({ lineDeps, wake }: Apis['queue']) => {
      const joined = (await joinRoom(lineDeps, concertId, [this.#userId])).get(this.#userId);
      wake();
      return joined;
    };
    const ticket = await this.#client.ask('queue', join);
    if (ticket === undefined || isRefusal(ticket)) return undefined;
    const isPatient = !this.#random.chance(0.1);
    for (let looks = 0; looks < 40; looks++) {
      const now = await this.#client.ask('queue', async ({ lineDeps: { outbox } }) => {
        const found = await findTickets(outbox.database.manager, [ticket.id]);
        await noteLooks(outbox.database, found, this.#userId, new Date());
        return found[0];
      });
      if (now?.status === 'ADMITTED') return ticket.id;
      if (now?.status !== 'WAITING') return undefined;
      if (!isPatient) break;
      await this.#client.wait(5_000, 60_000);
    }
    if (this.#random.chance(0.5)) await this.#leave(ticket.id);
    return undefined;
  }

  async #leave(ticketId: string): Promise<void> {
    await this.#client.ask('queue', ({ lineDeps }) => leaveQueue(lineDeps, this.#userId, ticketId));
  }

  async #buy(ticketId: string): Promise<void> {
    const hold = await this.#hold(ticketId);
    if (hold === undefined) return;
    await this.#client.wait(0, 20_000);
    const { reservationId } = hold;
    switch (this.#random.below(8)) {
      case 0: // walks away
        return;
      case 1:
        await this.#cancel(reservationId);
        return;
      case 2: // just in time, or just too late
        await this.#waitForTheEndOf(hold);
        // The payment may be in time, but those who end the hold hear of it too late.
        if (!this.#system.faults.isCalm && this.#random.chance(0.5))
          this.#system.freeze('reservations', this.#random.between(1_000, 10_000));
        await this.#pay(reservationId);
        return;
      case 3: // in two tabs
        await Promise.all([this.#pay(reservationId), this.#pay(reservationId)]);
        return;
      case 4: // two tabs that do different things
        await Promise.all([this.#pay(reservationId), this.#cancel(reservationId)]);
        return;
      case 5: // cancels after all
        await this.#pay(reservationId);
        await this.#client.wait(0, this.#random.pick([5_000, 5_000, 180_000]));
        await this.#cancel(reservationId);
        return;
      default:
        await this.#pay(reservationId);
    }
  }

  /** Until shortly before or after the end, and often within a moment of it. */
  async #waitForTheEndOf({ expiresAt }: Hold): Promise<void> {
    const remaining = expiresAt.getTime() - this.#system.scheduler.now;
    const within = this.#random.pick([1_000, 20_000]);
    await this.#client.wait(remaining - within, remaining + within);
  }

  async #hold(ticketId: string): Promise<Hold | undefined> {
    const count = this.#random.between(1, 2);
    const isPicky = this.#random.chance(0.7);
    const first = this.#random.below(this.#show.seatIds.length);
    const seatIds = this.#show.seatIds.slice(first, first + count);
    const wish = isPicky
      ? { seatIds }
      : { bestAvailable: this.#random.chance(0.5) ? { count } : { count, section: area } };
    const admissionToken = await this.#client.ask('queue', async ({ lineDeps: { outbox }, passKeys }) => {
      const [ticket] = await findTickets(outbox.database.manager, [ticketId]);
      return ticket === undefined ? null : admissionPass(passKeys, ticket, new Date());
    });
    if (admissionToken === null) return undefined;
    const request = { ...wish, scheduleId: this.#show.scheduleId, admissionToken };
    const ask = (idempotencyKey: string) =>
      this.#client.ask('concerts', (saleDeps) =>
        holdSeats(saleDeps, this.#userId, { ...request, idempotencyKey }, new Date()),
      );
    // Two tabs that ask at the same moment compete for the same seats.
    const tabs = this.#random.chance(0.25) ? 2 : 1;
    const answers = await Promise.all(Array.from({ length: tabs }, () => ask(this.#key())));
    return answers.find((answer) => 'reservationId' in answer);
  }

  async #pay(reservationId: string): Promise<void> {
    const mayStillCome = ids.mayStillCome(reservationId, new Date());
    const call = { userId: this.#userId, reservationId, mayStillCome, idempotencyKey: this.#key() };
    const payment = await this.#patiently(() => this.#client.ask('payments', (till) => till.pay(call)));
    if (payment?.status === 'COMPLETED') this.book.paid.add(reservationId);
  }

  async #cancel(id: string): Promise<void> {
    this.book.cancelled.add(id);
    await this.#patiently(() =>
      this.#client.ask('reservations', (reservations: Outbox) =>
        cancelReservation(reservations, {
          id,
          userId: this.#userId,
          mayStillCome: ids.mayStillCome(id, new Date()),
          now: new Date(),
        }),
      ),
    );
  }

  /** Asks until the news of what the fan did elsewhere has arrived. Undefined if it never does, or for another refusal. */
  async #patiently<Answer extends object>(ask: () => Promise<Answer | Refusal>): Promise<Answer | undefined> {
    for (let attempt = 1; attempt <= 40; attempt++) {
      const answer = await ask();
      if (!isRefusal(answer)) return answer;
      if (answer.code !== 'NOT_READY_YET' && answer.code !== 'NOT_FOUND') return undefined;
      await this.#client.wait(2_000, 30_000);
    }
    return undefined;
  }
}
