import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import type { Challenge } from 'altcha-lib/types';
import { Api, Faulted } from './api.ts';

export interface RefusalAnswer {
  __typename: 'Refusal';
  code: string;
  message: string;
  retryable: boolean;
}
const refusalFields = '__typename ... on Refusal { code message retryable }';

interface SessionAnswer {
  __typename: 'Session';
  accessToken: string;
  user: { id: string };
}
const sessionFields = `${refusalFields} ... on Session { accessToken user { id } }`;

export interface SeatHoldAnswer {
  __typename: 'SeatHold';
  reservationId: string;
  total: number;
  expiresAt: string;
  seats: { id: string; label: string; price: number }[];
}
export type HoldAnswer = SeatHoldAnswer | { __typename: 'SeatsTaken'; seatIds: string[] } | RefusalAnswer;
const holdFields = `${refusalFields} ... on SeatsTaken { seatIds }
  ... on SeatHold { reservationId total expiresAt seats { id label price } }`;

export interface PaymentAnswer {
  __typename: 'Payment';
  id: string;
  status: 'COMPLETED' | 'FAILED' | 'REFUNDED';
  failure: string | null;
  amount: number;
}
const paymentFields = `${refusalFields} ... on Payment { id status failure amount }`;

export interface ReservationState {
  status: string;
  endedBecause: string | null;
  payment: { status: string } | null;
  seats: { seatId: string; label: string }[];
}

export interface Wish {
  seatIds?: string[];
  bestAvailable?: { count: number; section?: string; maxPrice?: number };
}

/** The password of all fans that `Fan.register` signs up. */
export const passwordOfFans = 'a-long-enough-password';

/** A fan who buys tickets through the public API, in the way an app would do it. */
export class Fan extends Api {
  readonly id: string;
  /** How many ms pass between this fan's looks. */
  lookAgainMs = 25;

  constructor(url: string, token: string, id: string) {
    super(url, token);
    this.id = id;
  }

  /** Signs up. If many do so at once, some are asked to come again in a moment, and this does. */
  static async register(url: string, name = 'Fan', email = `${randomUUID()}@example.org`): Promise<Fan> {
    for (;;) {
      try {
        return await Fan.#enter(
          url,
          `mutation ($input: RegisterInput!) { session: register(input: $input) { ${sessionFields} } }`,
          { email, password: passwordOfFans, name },
        );
      } catch (error) {
        if (!(error instanceof Faulted) || !error.codes.includes('RATE_LIMITED')) throw error;
        await pause(500 * (1 + Math.random()));
      }
    }
  }

  static logIn(url: string, email: string, password: string): Promise<Fan> {
    return Fan.#enter(
      url,
      `mutation ($input: LogInInput!) { session: logIn(input: $input) { ${sessionFields} } }`,
      { email, password },
    );
  }

  static async #enter(url: string, operation: string, input: object): Promise<Fan> {
    const { session } = await new Api(url).ask<{ session: SessionAnswer | RefusalAnswer }>(operation, {
      input,
    });
    if (session.__typename === 'Refusal') throw new Error(`${session.code}: ${session.message}`);
    return new Fan(url, session.accessToken, session.user.id);
  }

  /**
   * Joins the waiting room, and solves a challenge if it asks for one.
   * @returns the ticket's id
   */
  async enterQueue(concertId: string): Promise<string> {
    let ticket = await this.#join(concertId);
    if (ticket.__typename === 'Refusal' && ticket.code === 'CHALLENGE_REQUIRED')
      ticket = await this.#join(concertId, await this.solveChallenge(concertId));
    if (ticket.__typename === 'Refusal') throw new Error(`${ticket.code}: ${ticket.message}`);
    return ticket.id;
  }

  async #join(concertId: string, challengeSolution?: string) {
    const { ticket } = await this.ask<{ ticket: { __typename: 'QueueTicket'; id: string } | RefusalAnswer }>(
      `mutation ($concertId: ID!, $challengeSolution: String) {
        ticket: enterQueue(concertId: $concertId, challengeSolution: $challengeSolution) {
          ${refusalFields} ... on QueueTicket { id } }
      }`,
      { concertId, challengeSolution },
    );
    return ticket;
  }

  /**
   * Does the work that a waiting room asks for.
   * @returns the solution; undefined if the room asks for none
   */
  async solveChallenge(concertId: string): Promise<string | undefined> {
    const { queueChallenge } = await this.ask<{ queueChallenge: { json: string } | null }>(
      'query ($concertId: ID!) { queueChallenge(concertId: $concertId) { json } }',
      { concertId },
    );
    // The operator has just switched challenges off.
    if (queueChallenge === null) return undefined;
    const challenge = JSON.parse(queueChallenge.json) as Challenge;
    const solution = await solveChallenge({ challenge, deriveKey });
    return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
  }

  /** Joins the waiting room and waits to be admitted. */
  async waitForAdmission(concertId: string): Promise<{ ticketId: string; pass: string }> {
    const ticketId = await this.enterQueue(concertId);
    const { queueTicket } = await this.until<{
      queueTicket: { status: string; admissionToken: string | null };
    }>(
      `query ($id: ID!) { queueTicket(id: $id) { status admissionToken } }`,
      { id: ticketId },
      ({ queueTicket }) => queueTicket.status !== 'WAITING',
    );
    if (queueTicket.admissionToken === null) throw new Error(`the ticket is ${queueTicket.status}`);
    return { ticketId, pass: queueTicket.admissionToken };
  }

  /** Gives the place in the waiting room to the next fan. */
  async leaveQueue(ticketId: string): Promise<void> {
    await this.ask('mutation ($ticketId: ID!) { leaveQueue(ticketId: $ticketId) { __typename } }', {
      ticketId,
    });
  }

  async hold(
    scheduleId: string,
    pass: string,
    wish: Wish,
    idempotencyKey: string = randomUUID(),
  ): Promise<HoldAnswer> {
    const { hold } = await this.ask<{ hold: HoldAnswer }>(
      `mutation ($input: HoldSeatsInput!) { hold: holdSeats(input: $input) { ${holdFields} } }`,
      { input: { scheduleId, admissionToken: pass, idempotencyKey, ...wish } },
    );
    return hold;
  }

  /** Charges points. Waits for the wallet, which is made after the registration. */
  charge(
    amount: number,
    idempotencyKey: string = randomUUID(),
  ): Promise<{ __typename: 'PointEntry'; id: string; balanceAfter: number } | RefusalAnswer> {
    return this.#whenReady(
      `mutation ($input: ChargePointsInput!) { answer: chargePoints(input: $input) {
        ${refusalFields} ... on PointEntry { id balanceAfter } } }`,
      { input: { amount, idempotencyKey } },
    );
  }

  /** Pays. Waits until payments has heard of the reservation. */
  pay(reservationId: string, idempotencyKey: string = randomUUID()): Promise<PaymentAnswer | RefusalAnswer> {
    return this.#whenReady(
      `mutation ($input: PayInput!) { answer: pay(input: $input) { ${paymentFields} } }`,
      { input: { reservationId, idempotencyKey } },
    );
  }

  async cancel(
    reservationId: string,
  ): Promise<{ __typename: 'Reservation'; status: string; endedBecause: string | null } | RefusalAnswer> {
    const { answer } = await this.ask<{ answer: Awaited<ReturnType<Fan['cancel']>> }>(
      `mutation ($id: ID!) { answer: cancelReservation(id: $id) {
        ${refusalFields} ... on Reservation { status endedBecause } } }`,
      { id: reservationId },
    );
    return answer;
  }

  async balance(): Promise<number> {
    const { me } = await this.ask<{ me: { wallet: { balance: number } } }>('{ me { wallet { balance } } }');
    return me.wallet.balance;
  }

  /** Waits until the reservation has one of these statuses. */
  async reservationUntil(id: string, ...statuses: string[]): Promise<ReservationState> {
    const { reservation } = await this.until<{ reservation: ReservationState | null }>(
      `query ($id: ID!) { reservation(id: $id) { status endedBecause payment { status } seats { seatId label } } }`,
      { id },
      ({ reservation }) => reservation !== null && statuses.includes(reservation.status),
    );
    return reservation as ReservationState;
  }

  /** Asks again and again until the answer is the one that is waited for, or there is a fault that does not pass. */
  async until<Data>(
    query: string,
    variables: Record<string, unknown>,
    isReached: (data: Data) => boolean,
    withinMs = 60_000,
  ): Promise<Data> {
    const giveUpAt = Date.now() + withinMs;
    for (;;) {
      const { data, errors } = await this.send<Data>(query, variables);
      if (errors === undefined && data !== null && isReached(data)) return data;
      if (Date.now() > giveUpAt) {
        throw new Error(`not reached within ${withinMs} ms; last seen: ${JSON.stringify(errors ?? data)}`);
      }
      await pause(this.lookAgainMs);
    }
  }

  async #whenReady<Result extends object>(
    mutation: string,
    variables: Record<string, unknown>,
  ): Promise<Result | RefusalAnswer> {
    const { answer } = await this.until<{ answer: Result | RefusalAnswer }>(
      mutation,
      variables,
      ({ answer }) => !('code' in answer && answer.code === 'NOT_READY_YET'),
    );
    return answer;
  }
}
