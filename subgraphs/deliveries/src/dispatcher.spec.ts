import { jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@frontrow/kit/ids';
import { circuits, listed, redeliver } from './testing/answers.ts';
import { deliveriesUnderTest, eventually } from './testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest, UnderTestOptions } from './testing/deliveries-under-test.ts';
import { aHistory, told } from './testing/events.ts';

let service: DeliveriesUnderTest;
const begin = async (options: UnderTestOptions = {}) => {
  service = await deliveriesUnderTest(options);
};
afterEach(async () => {
  jest.restoreAllMocks();
  await service.close();
});

/** What hears of everything at once, so that nothing gets in the way of order. */
const dataPlatformOnly = { targets: ['DATA_PLATFORM'] } as const;
const keysTaken = async () => (await service.dataPlatform.taken()).map(({ key }) => key);
const statuses = async (args = {}) => (await listed(service, args)).map(({ status }) => status);

/** Has each event of `count` purchases told; returns their ids by purchase, in order. */
async function purchases(count: number): Promise<string[][]> {
  const all = Array.from({ length: count }, () => {
    const { paid, confirmed } = aHistory();
    return [told(paid), told(confirmed)];
  });
  for (const events of all) await service.hear(...events);
  return all.map((events) => events.map(({ id }) => id));
}

describe('an event', () => {
  it('reaches those who are told of it within a moment, with its id as the key', async () => {
    await begin();
    service.start();
    const history = aHistory();
    const [paid, confirmed] = [told(history.paid), told(history.confirmed)];
    const startedAt = Date.now();
    await service.hear(paid);
    await eventually(async () => expect(await keysTaken()).toEqual([paid.id]));
    expect(Date.now() - startedAt).toBeLessThan(900); // nobody waited for the next look
    await service.hear(confirmed);
    await eventually(async () =>
      expect((await service.slack.taken()).map(({ key }) => key)).toEqual([confirmed.id]),
    );
    await eventually(async () => expect(await statuses()).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']));
    expect(await service.dataPlatform.report()).toMatchObject({ calls: 2, forged: 0, repeated: 0 });
  });

  it('is not even noted for a target that is off', async () => {
    await begin({ targets: ['SLACK'] });
    service.start();
    await purchases(1);
    await eventually(async () => expect(await statuses()).toEqual(['DELIVERED']));
    expect((await listed(service))[0]).toMatchObject({ target: 'SLACK', attempts: 1, lastError: null });
  });

  it('waits in its row while nobody sends, and goes out when somebody starts', async () => {
    await begin();
    await purchases(2);
    expect(await statuses()).toEqual(Array(6).fill('PENDING'));
    service.start();
    await eventually(async () => expect(await statuses()).toEqual(Array(6).fill('DELIVERED')));
  });
});

describe('the events of one reservation', () => {
  it('are sent in the order in which they happened, each when the one before is through', async () => {
    await begin({ ...dataPlatformOnly, settings: { RETRY_EVERY_SECONDS: 1, CIRCUIT_OPEN_MS: 100 } });
    const histories = Array.from({ length: 30 }, () => {
      const { paid, confirmed, refunded } = aHistory();
      return [told(paid), told(confirmed), told(refunded)];
    });
    // The later the event, the earlier it is heard of.
    for (const history of histories) await service.hear(...history.toReversed());
    await service.dataPlatform.behave({ delayMs: 5, cutShare: 0.3 });
    service.start();
    (await service.anotherReplica()).start();
    await eventually(async () => expect(new Set(await statuses())).toEqual(new Set(['DELIVERED'])), 20_000);
    const taken = await keysTaken();
    for (const history of histories) {
      const places = history.map(({ id }) => taken.indexOf(id));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  }, 40_000);

  it('wait for a payment that is heard of late, unless an operator says otherwise', async () => {
    await begin(dataPlatformOnly);
    service.start();
    const { paid, confirmed } = aHistory();
    const [first, second] = [told(paid), told(confirmed)];
    await service.hear(second);
    await service.hear(first);
    await eventually(async () => expect(await keysTaken()).toEqual([first.id, second.id]), 1_500);
    await service.hear(told(aHistory().confirmed));
    const [{ id }] = (await listed(service)) as [any];
    // An operator need not wait.
    await redeliver(service, id);
    await eventually(async () => expect(await statuses()).toEqual(Array(3).fill('DELIVERED')));
  });

  it('go on after one that has failed for good', async () => {
    await begin(dataPlatformOnly);
    await service.dataPlatform.behave({ failShare: 1, failStatus: 422 });
    service.start();
    const { paid, confirmed } = aHistory();
    await service.hear(told(paid));
    await eventually(async () => expect(await statuses()).toEqual(['FAILED']));
    await service.dataPlatform.behave({});
    await service.hear(told(confirmed));
    await eventually(async () => expect(await statuses()).toEqual(['DELIVERED', 'FAILED']));
  });
});

describe('a target that fails', () => {
  it('is called three times, 100 and 200 ms apart, and again after a minute', async () => {
    await begin(dataPlatformOnly);
    await service.dataPlatform.behave({ failShare: 1 });
    service.start();
    const startedAt = Date.now();
    await service.hear(told(aHistory().paid));
    await eventually(async () => expect((await listed(service))[0]).toMatchObject({ attempts: 3 }));
    const [{ status, lastError, nextAttemptAt }] = (await listed(service)) as [any];
    expect([status, lastError]).toEqual(['PENDING', 'status 503 Not today.']);
    const inMs = Date.parse(nextAttemptAt) - startedAt;
    expect(inMs).toBeGreaterThanOrEqual(60_300);
    expect(inMs).toBeLessThan(62_000);
    expect((await service.dataPlatform.report()).calls).toBe(3);
  });

  it('takes an event once, also when its answers get lost', async () => {
    await begin(dataPlatformOnly);
    await service.dataPlatform.behave({ cutShare: 1 });
    service.start();
    const event = told(aHistory().paid);
    await service.hear(event);
    await eventually(async () => expect((await service.dataPlatform.report()).repeated).toBeGreaterThan(0));
    await service.dataPlatform.behave({});
    const [{ id }] = (await listed(service)) as [any];
    await eventually(async () => {
      await redeliver(service, id);
      expect(await statuses()).toEqual(['DELIVERED']);
    });
    expect(await keysTaken()).toEqual([event.id]);
  });

  it('is left alone for as long as it asks', async () => {
    await begin(dataPlatformOnly);
    await service.dataPlatform.behave({ failShare: 1, failStatus: 429, retryAfter: '2' });
    service.start();
    await service.hear(told(aHistory().paid));
    await eventually(async () => expect((await listed(service))[0]).toMatchObject({ attempts: 1 }));
    const failedAt = Date.now();
    await service.dataPlatform.behave({});
    await eventually(async () => expect(await statuses()).toEqual(['DELIVERED']));
    expect(Date.now() - failedAt).toBeGreaterThan(1_500);
    expect((await service.dataPlatform.report()).calls).toBe(2);
  });

  it('that says no for good is not asked again', async () => {
    await begin(dataPlatformOnly);
    await service.dataPlatform.behave({ failShare: 1, failStatus: 400 });
    service.start();
    await purchases(6);
    await eventually(async () => expect(await statuses()).toEqual(Array(12).fill('FAILED')));
    expect((await service.dataPlatform.report()).calls).toBe(12);
    // It answers: there is nothing wrong with the way there.
    expect(await circuits(service)).toEqual([{ target: 'DATA_PLATFORM', state: 'CLOSED', reopensAt: null }]);
  });

  it('holds up nobody else', async () => {
    await begin({ settings: { ATTEMPT_TIMEOUT_MS: 2_000 } });
    await service.dataPlatform.behave({ delayMs: 60_000 });
    service.start();
    await purchases(40);
    await eventually(async () => expect(await service.slack.taken()).toHaveLength(40), 5_000);
  });

  it('is given up on after a day, whether or not its circuit is open', async () => {
    await begin(dataPlatformOnly);
    await service.dataPlatform.behave({ isDown: true });
    service.start();
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    for (let i = 0; i < 12; i++) await service.hear(told(aHistory().paid, yesterday));
    await eventually(async () => expect(await statuses()).toEqual(Array(12).fill('FAILED')));
    expect(await circuits(service)).toMatchObject([{ state: 'OPEN' }]);
  });

  it('has what is overdue given up once a minute while its circuit is open, because that reads all that is due', async () => {
    await begin(dataPlatformOnly);
    const inAnHour = new Date(Date.now() + 3_600_000);
    await service.database.query("UPDATE circuits SET state = 'OPEN', reopens_at = ?", [inAnHour]);
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    const statement = jest.spyOn(service.database, 'query');
    const looks = () => statement.mock.calls.filter(([sql]) => sql.includes('give_up_at <=')).length;
    await service.hear(told(aHistory().paid, yesterday));
    service.start();
    await eventually(async () => expect(await statuses()).toEqual(['FAILED']));
    await service.hear(told(aHistory().paid, yesterday));
    await pause(2_500); // it looks for something to send each second
    expect(looks()).toBe(1);
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
    await eventually(async () => expect(await statuses()).toEqual(['FAILED', 'FAILED']));
    expect(looks()).toBe(2);
  });
});

describe('a delivery that cannot be made', () => {
  it('is an operator’s business at once, and stops no other', async () => {
    await begin(dataPlatformOnly);
    await service.hear(told(aHistory().paid));
    await service.database.query(`UPDATE deliveries SET event = '{'`);
    service.start();
    await service.hear(told(aHistory().paid));
    await eventually(async () => expect(await statuses()).toEqual(['DELIVERED', 'FAILED']));
    expect((await listed(service, { status: 'FAILED' }))[0].lastError).toMatch(
      'could not be put into a request',
    );
  });
});

describe('two replicas', () => {
  it('send each delivery once', async () => {
    await begin(dataPlatformOnly);
    service.start();
    (await service.anotherReplica()).start();
    const ids = (await purchases(100)).flat();
    await eventually(async () => expect(await statuses({ status: 'PENDING' })).toEqual([]), 20_000);
    expect((await keysTaken()).toSorted()).toEqual(ids.toSorted());
    expect(await service.dataPlatform.report()).toMatchObject({ calls: 200, repeated: 0 });
  }, 40_000);

  it('take over what one of them was sending when it died', async () => {
    await begin(dataPlatformOnly);
    await service.hear(told(aHistory().paid));
    // What a dead replica leaves behind.
    const soon = new Date(Date.now() + 700);
    await service.database.query('UPDATE deliveries SET lease = ?, leased_until = ?', [newId(), soon]);
    service.start();
    const startedAt = Date.now();
    await eventually(async () => expect(await statuses()).toEqual(['DELIVERED']));
    expect(Date.now() - startedAt).toBeGreaterThan(500);
    expect((await service.dataPlatform.report()).calls).toBe(1);
  });
});
