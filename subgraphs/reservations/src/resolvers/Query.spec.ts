import { jest } from '@jest/globals';
import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { aHold, held } from '../testing/holds.ts';
import { reservationsUnderTest } from '../testing/service.ts';
import type { ServiceUnderTest } from '../testing/service.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await reservationsUnderTest();
});
afterAll(() => service.stop());

async function bySeat(viewer: Viewer | null, scheduleId: string, label: string, more = ''): Promise<any> {
  const query = `query ($scheduleId: ID!, $label: String!) {
    reservationsBySeat(scheduleId: $scheduleId, label: $label${more}) {
      edges { node { id seats { label } } } pageInfo { hasNextPage endCursor }
    }
  }`;
  const { data, errors } = await service.graph.execute(viewer, query, { scheduleId, label });
  return errors?.[0]?.extensions?.['code'] ?? data.reservationsBySeat;
}
const idsIn = ({ edges }: any): string[] => edges.map(({ node }: any) => node.id);

describe('reservations by seat', () => {
  it('are all that ever had it, newest first, page by page, and none of another date', async () => {
    const scheduleId = newId();
    const holds = [aHold({ scheduleId }), aHold({ scheduleId }), aHold({ scheduleId })];
    await service.tell(...holds.map(held), held(aHold()));
    const label = holds[0]?.seats[0]?.label ?? '';
    const newestFirst = holds.map(({ reservationId }) => reservationId).toReversed();
    expect(idsIn(await bySeat(anOperator(), scheduleId, label))).toEqual(newestFirst);
    // In upper or lower case, and with spaces around it.
    expect(idsIn(await bySeat(anOperator(), scheduleId, ` ${label.toLowerCase()}`))).toEqual(newestFirst);
    const first = await bySeat(anOperator(), scheduleId, label, ', first: 2');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const after = `, first: 2, after: "${first.pageInfo.endCursor}"`;
    expect(idsIn(await bySeat(anOperator(), scheduleId, label, after))).toEqual(newestFirst.slice(2));
    expect(idsIn(await bySeat(anOperator(), scheduleId, 'no such seat'))).toEqual([]);
  });

  it('are found by their label, whatever else the schedule has sold', async () => {
    const { database } = service.outbox;
    const executed = jest.spyOn(database.logger, 'logQuery');
    await bySeat(anOperator(), newId(), 'A-1-1');
    const [sql, values] = executed.mock.calls[0] ?? [];
    executed.mockRestore();
    const plan = await database.query(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, values);
    expect(plan.map(({ key }: { key: string }) => key)).toEqual(['reservation_seats_by_label', 'PRIMARY']);
  });

  it('are for operators only', async () => {
    expect(await bySeat(aFan(), newId(), 'A-1-1')).toBe('FORBIDDEN');
    expect(await bySeat(null, newId(), 'A-1-1')).toBe('UNAUTHENTICATED');
  });
});
