import { setTimeout as pause } from 'node:timers/promises';
import { randomFrom } from '@frontrow/kit/testing/random';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { aHoldNobodyPaid, held, paid } from '../testing/holds.ts';
import { cancel, reservationsUnderTest, seen } from '../testing/service.ts';
import type { Replica, ServiceUnderTest } from '../testing/service.ts';
import type { SeatsHeld } from '../domain/reservation.ts';
import { expireDueReservations } from './expire-due-reservations.ts';

let service: ServiceUnderTest;
let replica: Replica;
beforeAll(async () => {
  service = await reservationsUnderTest();
  replica = await service.anotherReplica();
});
afterAll(() => service.stop());

const actions = {
  pay: (at: Replica, hold: SeatsHeld) => at.tell(paid(hold)),
  expire: (at: Replica) => expireDueReservations(at.outbox, new Date()),
  cancel: (at: Replica, hold: SeatsHeld) => cancel(at, aFan(hold.userId), hold.reservationId),
};
type Action = keyof typeof actions;

/** The events that may follow reservation.created, in order, and the state in which each such story ends. */
const stories: Record<string, string> = {
  'confirmed cancelled': 'CANCELLED CANCELLED_BY_FAN',
  'expired confirm-failed': 'EXPIRED HOLD_EXPIRED',
  'cancelled confirm-failed': 'CANCELLED CANCELLED_BY_FAN',
};

async function storyOf(hold: SeatsHeld) {
  const told = await service.toldAbout(hold.reservationId);
  const events = told.slice(1).map(({ type }) => type.replace(/^reservation\.(.*)\.v1$/, '$1'));
  const { status, endedBecause } = await seen(service, hold);
  return { events: events.join(' '), end: `${status} ${endedBecause}` };
}

const orders: [Action, Action, Action, string][] = [
  ['pay', 'expire', 'cancel', 'confirmed cancelled'],
  ['pay', 'cancel', 'expire', 'confirmed cancelled'],
  ['expire', 'pay', 'cancel', 'expired confirm-failed'],
  ['expire', 'cancel', 'pay', 'expired confirm-failed'],
  ['cancel', 'pay', 'expire', 'cancelled confirm-failed'],
  ['cancel', 'expire', 'pay', 'cancelled confirm-failed'],
];

describe('a payment, the clock and the fan who cancels', () => {
  it.each(orders)('agree when it goes %s, %s, %s: %s', async (first, second, third, story) => {
    const hold = aHoldNobodyPaid();
    await service.tell(held(hold));
    await actions[first](service, hold);
    await actions[second](replica, hold);
    await actions[third](service, hold);
    expect(await storyOf(hold)).toEqual({ events: story, end: stories[story] });
  });

  it('agree when all three come at the same moment to two replicas, whoever wins', async () => {
    const random = randomFrom();
    // One of the three may always be faster than the others. They begin up to 10 ms apart, so that each can be the first.
    const soon = async (act: () => Promise<unknown>) => {
      await pause(random.below(11));
      await act();
    };
    const told = new Set<string>();
    for (const [first, second, third] of Array.from({ length: 20 }, () => orders).flat()) {
      const hold = aHoldNobodyPaid();
      await service.tell(held(hold));
      await Promise.all([
        soon(() => actions[first](service, hold)),
        soon(() => actions[second](replica, hold)),
        soon(() => actions[third](service, hold)),
      ]);
      const { events, end } = await storyOf(hold);
      expect([events, end]).toEqual([events, stories[events]]);
      told.add(events);
    }
    // If the story was the same each time, nothing crossed, and the test proves nothing.
    expect(told.size).toBeGreaterThan(1);
  });
});
