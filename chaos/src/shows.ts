import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Fan, passwordOfFans } from '@frontrow/stack/fan';
import type { SeatHoldAnswer } from '@frontrow/stack/fan';
import { openSale } from '@frontrow/stack/open-sale';
import type { Stack } from '@frontrow/stack/stack';
import { insistUntil } from './insist.ts';
import type { Insist } from './insist.ts';

const price = 100;
const fansOfEach = 4;
/** An operator decides within so many ms, however long things go wrong: an access token lasts for some minutes. */
const longestMs = 120_000;

/** Somebody who has bought a seat of a show before things went wrong. */
interface Owner {
  readonly fan: Fan;
  readonly email: string;
  readonly reservationId: string;
}

interface Show {
  readonly scheduleId: string;
  readonly owners: readonly Owner[];
}

/** Two shows that were sold before things go wrong. While they do, one is moved, twice, and the other is cancelled. */
export class Shows {
  readonly #operator: Fan;
  readonly #moved: Show;
  readonly #cancelled: Show;

  private constructor(operator: Fan, [moved, cancelled]: readonly [Show, Show]) {
    this.#operator = operator;
    this.#moved = moved;
    this.#cancelled = cancelled;
  }

  static async open({ gatewayUrl, operator: { email, password } }: Stack): Promise<Shows> {
    const operator = await Fan.logIn(gatewayUrl, email, password);
    const open = async (title: string) => soldShow(gatewayUrl, operator, title);
    return new Shows(operator, [await open('The Moved'), await open('The Cancelled')]);
  }

  /**
   * Decides about the shows while things go wrong; the fans of the one that is moved give every second seat back.
   * @param faultsMs how long things go wrong
   * @param signal ends all trying
   */
  async decide(faultsMs: number, signal: AbortSignal): Promise<void> {
    const insist = insistUntil(signal, () => undefined);
    const stepMs = Math.min(faultsMs, longestMs) / 4;
    await pause(stepMs);
    await this.#move(insist, 40);
    await pause(stepMs);
    const cancel = 'mutation ($id: ID!) { cancelSchedule(id: $id) { __typename } }';
    await Promise.all([
      insist(() => this.#operator.ask(cancel, { id: this.#cancelled.scheduleId })),
      ...this.#leaving.map(({ fan, reservationId }) => insist(() => fan.cancel(reservationId))),
    ]);
    await pause(stepMs);
    await this.#move(insist, 50);
  }

  get #leaving(): readonly Owner[] {
    return this.#moved.owners.filter((_, index) => index % 2 === 0);
  }

  async #move(insist: Insist, days: number): Promise<void> {
    const at = (day: number) => new Date(Date.now() + day * 24 * 60 * 60 * 1_000).toISOString();
    const input = { scheduleId: this.#moved.scheduleId, startsAt: at(days), refundUntil: at(days - 5) };
    const mutation = 'mutation ($input: MoveScheduleInput!) { moveSchedule(input: $input) { __typename } }';
    await insist(() => this.#operator.ask(mutation, { input }));
  }

  /** Who has not what they should have, once everything is consistent: their seats, or all their points. */
  async differences(): Promise<string[]> {
    const [leaving, cancelled] = [new Set(this.#leaving), new Set(this.#cancelled.owners)];
    const owners = [...this.#moved.owners, ...this.#cancelled.owners];
    const all = owners.map((owner) => {
      const isOver = leaving.has(owner) || cancelled.has(owner);
      return differencesOf(
        owner,
        isOver ? `CANCELLED with ${String(price)} points` : 'CONFIRMED with 0 points',
      );
    });
    return (await Promise.all(all)).flat();
  }
}

/** What one owner has instead of what they should have, if they differ. */
export async function differencesOf(owner: Owner, shouldBe: string): Promise<string[]> {
  const { reservationId } = owner;
  // Things may have gone wrong for longer than the access token lives that the fan has bought with.
  const insist = insistUntil(AbortSignal.timeout(60_000), () => undefined);
  const fan = await insist(() => Fan.logIn(owner.fan.url, owner.email, passwordOfFans));
  const { status } = await fan.reservationUntil(reservationId, 'CONFIRMED', 'CANCELLED');
  const is = `${status} with ${String(await fan.balance())} points`;
  return is === shouldBe ? [] : [`reservation ${reservationId} of a show: ${is} instead of ${shouldBe}`];
}

async function soldShow(url: string, operator: Fan, title: string): Promise<Show> {
  const size = { price, rows: 1, seatsPerRow: 2 * fansOfEach };
  const sale = await openSale(operator, {
    ...{ title, artist: 'The Load', description: 'Made by `npm run chaos`.' },
    ...size,
  });
  const buy = async (): Promise<Owner> => {
    const email = `${randomUUID()}@example.org`;
    const fan = await Fan.register(url, 'Fan', email);
    await fan.charge(price);
    const { pass } = await fan.waitForAdmission(sale.concertId);
    const answer = await fan.hold(sale.scheduleId, pass, { bestAvailable: { count: 1 } });
    const { reservationId } = answer as SeatHoldAnswer;
    await fan.pay(reservationId);
    await fan.reservationUntil(reservationId, 'CONFIRMED');
    return { fan, email, reservationId };
  };
  return { scheduleId: sale.scheduleId, owners: await Promise.all(Array.from({ length: fansOfEach }, buy)) };
}
