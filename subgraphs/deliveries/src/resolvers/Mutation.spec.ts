import { newId } from '@frontrow/kit/ids';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { listed, redeliver } from '../testing/answers.ts';
import { deliveriesUnderTest, eventually } from '../testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest } from '../testing/deliveries-under-test.ts';
import { aHistory, told } from '../testing/events.ts';

let service: DeliveriesUnderTest;
beforeEach(async () => {
  service = await deliveriesUnderTest({ targets: ['DATA_PLATFORM'] });
});
afterEach(() => service.close());

const refused = (code: string) => ({
  data: { redeliver: { __typename: 'Refusal', code, message: expect.any(String), retryable: false } },
});
const theDelivery = async () => (await listed(service))[0];
const until = (status: string, attempts: number) =>
  eventually(async () => expect(await theDelivery()).toMatchObject({ status, attempts }));

describe('redeliver', () => {
  it('has what failed for good sent again, and it gets through', async () => {
    await service.dataPlatform.behave({ failShare: 1, failStatus: 400 });
    service.start();
    const event = told(aHistory().paid);
    await service.hear(event);
    await until('FAILED', 1);
    await service.dataPlatform.behave({});
    const { data } = await redeliver(service, (await theDelivery()).id);
    expect(data.redeliver).toMatchObject({ __typename: 'Delivery', status: 'PENDING', attempts: 1 });
    await until('DELIVERED', 2);
    expect((await service.dataPlatform.taken()).map(({ key }) => key)).toEqual([event.id]);
    expect(await redeliver(service, (await theDelivery()).id)).toEqual(refused('ALREADY_SETTLED'));
  });

  it('has what waits for its next attempt sent now', async () => {
    await service.dataPlatform.behave({ failShare: 1 });
    service.start();
    await service.hear(told(aHistory().paid));
    await until('PENDING', 3);
    await service.dataPlatform.behave({});
    await redeliver(service, (await theDelivery()).id);
    await until('DELIVERED', 4);
  });

  it('called many times at once, by two replicas, sends once', async () => {
    await service.hear(told(aHistory().paid));
    await service.database.query(`UPDATE deliveries SET status = 'FAILED', next_attempt_at = NULL`);
    const replicas = [service, await service.anotherReplica()];
    for (const replica of replicas) replica.start();
    const { id } = await theDelivery();
    await Promise.all(Array.from({ length: 20 }, (_, i) => redeliver(replicas[i % 2]!, id)));
    await until('DELIVERED', 1);
    expect((await service.dataPlatform.report()).calls).toBe(1);
  });

  it.each([newId(), '', 'x', '%', '0'.repeat(100_000)])('does not find what does not exist', async (id) => {
    expect(await redeliver(service, id)).toEqual(refused('NOT_FOUND'));
  });

  it('is for operators, and changes nothing otherwise', async () => {
    await service.hear(told(aHistory().paid));
    const before = await theDelivery();
    for (const [viewer, code] of [
      [aFan(), 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { errors } = await redeliver(service, before.id, viewer);
      expect(errors?.[0]?.extensions).toEqual({ code });
    }
    expect(await theDelivery()).toEqual(before);
  });
});
