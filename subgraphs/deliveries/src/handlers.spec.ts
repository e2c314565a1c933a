import type { EventEnvelope } from '@frontrow/events/contract';
import { allTargets } from './domain/audience.ts';
import { deliveriesUnderTest } from './testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest } from './testing/deliveries-under-test.ts';
import { listed } from './testing/answers.ts';
import { aHistory, told } from './testing/events.ts';

let service: DeliveriesUnderTest;
beforeAll(async () => {
  service = await deliveriesUnderTest({ targets: allTargets });
});
afterAll(() => service.close());

const notedFor = async (eventId: string) =>
  (await listed(service)).filter((delivery) => delivery.eventId === eventId);

it.each([
  ['paid', ['DATA_PLATFORM']],
  ['notPaid', ['DATA_PLATFORM']],
  ['refunded', ['DATA_PLATFORM', 'MAIL']],
  ['expired', ['DATA_PLATFORM']],
  ['moved', ['MAIL']],
  ['confirmed', ['DATA_PLATFORM', 'MAIL', 'SLACK']],
  ['resetting', ['MAIL']],
] as const)('%s is noted for %j, once, however often it is heard', async (name, targets) => {
  const event = told(aHistory()[name]);
  await service.hear(event, event);
  // Also when the inbox has forgotten it.
  await service.database.query('DELETE FROM inbox');
  await service.hear(event);
  const noted = await notedFor(event.id);
  expect(noted.map(({ target }) => target).toSorted()).toEqual(targets);
  for (const delivery of noted) {
    expect(delivery).toEqual({
      ...{ id: expect.any(String), target: delivery.target, eventId: event.id, eventType: event.type },
      ...{ idempotencyKey: event.id, status: 'PENDING', attempts: 0, lastError: null },
      ...{ nextAttemptAt: expect.any(String), deliveredAt: null },
    });
  }
});

it('a batch is noted whole, but for what was noted before', async () => {
  const events = Array.from({ length: 3 }, () => told(aHistory().confirmed)) as [
    EventEnvelope,
    EventEnvelope,
    EventEnvelope,
  ];
  await service.hear(events[1]);
  await service.database.query('DELETE FROM inbox');
  await service.hearTogether(...events);
  for (const event of events) expect(await notedFor(event.id)).toHaveLength(3);
});

it('the same event heard by two replicas at the same moment is noted once', async () => {
  const replica = await service.anotherReplica();
  const events = Array.from({ length: 30 }, () => told(aHistory().confirmed));
  const heard = events.flatMap((event) => [service.hear(event), replica.hear(event)]);
  // One of the two may meet the other's inbox row; its consumer would ask again.
  await Promise.allSettled(heard);
  for (const event of events) expect(await notedFor(event.id)).toHaveLength(3);
});
