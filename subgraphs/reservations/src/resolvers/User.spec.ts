import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { aHold, held, paid } from '../testing/holds.ts';
import { reservationsUnderTest } from '../testing/service.ts';
import type { ServiceUnderTest } from '../testing/service.ts';

let service: ServiceUnderTest;
const fan = aFan();
/** Oldest first; every third one is paid. */
const holds = Array.from({ length: 7 }, () => aHold({ userId: fan.id }));
const newestFirst = holds.map(({ reservationId }) => reservationId).toReversed();

beforeAll(async () => {
  service = await reservationsUnderTest();
  await service.tell(...holds.map(held), held(aHold()));
  for (const [i, hold] of holds.entries()) if (i % 3 === 0) await service.tell(paid(hold));
});
afterAll(() => service.stop());

async function reservationsOf(user: string, viewer: Viewer | null, args = '') {
  const fields = `id reservations${args} {
    edges { cursor node { id status seats { label } user { id } } } pageInfo { hasNextPage endCursor }
  }`;
  const { data, errors } = await service.graph.entities(viewer, 'User', [{ id: user }], fields);
  return { reservations: data?.[0]?.reservations, errors };
}

const idsIn = (connection: any): string[] => connection.edges.map((edge: any) => edge.node.id);

describe('User.reservations', () => {
  it('are the own ones, newest first, with their seats', async () => {
    const { reservations } = await reservationsOf(fan.id, fan);
    expect(idsIn(reservations)).toEqual(newestFirst);
    expect(reservations.pageInfo.hasNextPage).toBe(false);
    expect(reservations.edges[0].node).toMatchObject({
      seats: [{ label: 'VIP-1-8' }, { label: 'VIP-1-7' }],
      user: { id: fan.id },
    });
  });

  it('come in pages, each of which continues where the one before ended', async () => {
    const pages: string[][] = [];
    let after = 'null';
    for (let more = true; more;) {
      const { reservations } = await reservationsOf(fan.id, fan, `(first: 3, after: ${after})`);
      pages.push(idsIn(reservations));
      more = reservations.pageInfo.hasNextPage;
      after = JSON.stringify(reservations.pageInfo.endCursor);
    }
    expect(pages).toEqual([newestFirst.slice(0, 3), newestFirst.slice(3, 6), newestFirst.slice(6)]);
  });

  it('can be narrowed to a status', async () => {
    const { reservations } = await reservationsOf(fan.id, fan, '(status: CONFIRMED, first: 2)');
    expect(idsIn(reservations)).toEqual([holds[6]?.reservationId, holds[3]?.reservationId]);
    expect(reservations.pageInfo.hasNextPage).toBe(true);
    expect((await reservationsOf(fan.id, fan, '(status: EXPIRED)')).reservations).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  it('are visible to their fan and to operators, and null for everybody else', async () => {
    expect(idsIn((await reservationsOf(fan.id, anOperator())).reservations)).toEqual(newestFirst);
    expect((await reservationsOf(fan.id, aFan())).reservations).toBeNull();
    expect((await reservationsOf(fan.id, null)).reservations).toBeNull();
  });

  it('are none for a user without any, and null where no user can be', async () => {
    expect((await reservationsOf(newId(), anOperator())).reservations.edges).toEqual([]);
    expect((await reservationsOf('nonsense', anOperator())).reservations).toBeUndefined();
  });

  it.each([
    '(first: 0)',
    '(first: -1)',
    '(first: 101)',
    '(first: null)',
    '(after: "nonsense")',
    '(after: "")',
  ])('are refused as BAD_USER_INPUT with %s', async (args) => {
    const { reservations, errors } = await reservationsOf(fan.id, fan, args);
    expect(reservations).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
