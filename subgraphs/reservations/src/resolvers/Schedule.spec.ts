import { newId } from '@frontrow/kit/ids';
import { minuteOf } from '@frontrow/kit/minutes';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { keepSalesMinutes, keptUntil } from '../storage/sales.ts';
import { aHold, held, paid } from '../testing/holds.ts';
import { cancel, reservationsUnderTest } from '../testing/service.ts';
import type { ServiceUnderTest } from '../testing/service.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await reservationsUnderTest();
});
afterAll(() => service.stop());

async function salesOf(viewer: Viewer | null, scheduleId: string, minutes = 3): Promise<any> {
  const fields = `sales { purchases revenue history(minutes: ${minutes}) { at purchases revenue } }`;
  const { data } = await service.graph.entities(viewer, 'Schedule', [{ id: scheduleId }], fields);
  return data?.[0]?.sales;
}

/** Computes and stores what was bought, as if the time were `now`. */
const keep = async (now = new Date()) => {
  const { manager } = service.outbox.database;
  await keepSalesMinutes(manager, await keptUntil(manager, now), now);
};

describe('the sales of a schedule', () => {
  const fan = aFan();
  const scheduleId = newId();
  const hold = (total?: number) =>
    aHold({ userId: fan.id, scheduleId, ...(total !== undefined && { total }) });

  it('are what is confirmed now, and what was bought in each minute, however often that is computed', async () => {
    const [kept, cancelled, unpaid] = [hold(), hold(), hold()] as const;
    await service.tell(held(kept), held(cancelled), held(unpaid), paid(kept), paid(cancelled));
    await cancel(service, fan, cancelled.reservationId);
    for (let times = 0; times < 3; times++) await keep();
    const sales = await salesOf(anOperator(), scheduleId);
    expect(sales).toMatchObject({ purchases: 1, revenue: kept.total });
    expect(sales.history).toHaveLength(3);
    const sum = (of: 'purchases' | 'revenue') =>
      sales.history.reduce((all: number, minute: Record<string, number>) => all + (minute[of] ?? 0), 0);
    // The minute in which it was bought stays as it was.
    expect([sum('purchases'), sum('revenue')]).toEqual([2, kept.total + cancelled.total]);
    expect(sales.history.at(-1).at <= minuteOf(new Date()).toISOString()).toBe(true);
  });

  it('are computed also for the time in which no replica ran', async () => {
    const late = hold();
    await service.tell(held(late), paid(late));
    await service.outbox.database.query(
      'UPDATE reservations SET confirmed_at = confirmed_at - INTERVAL 5 HOUR WHERE id = ?',
      [late.reservationId],
    );
    await service.outbox.database.query('DELETE FROM sales_minutes');
    await keep();
    const { history } = await salesOf(anOperator(), scheduleId, 1_440);
    expect(history.filter(({ purchases }: any) => purchases > 0).length).toBeGreaterThanOrEqual(2);
  });

  it('are for operators only', async () => {
    expect(await salesOf(fan, scheduleId)).toBeNull();
    expect(await salesOf(null, scheduleId)).toBeNull();
    expect(await salesOf(anOperator(), newId())).toMatchObject({ purchases: 0, revenue: 0 });
  });
});
