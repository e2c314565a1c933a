import { newId } from '@frontrow/kit/ids';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { jwtVerify } from 'jose';
import { passKeys } from '../admission-pass.ts';
import { queueUnderTest } from '../testing.ts';
import type { QueueUnderTest } from '../testing.ts';

let queue: QueueUnderTest;
beforeAll(async () => {
  queue = await queueUnderTest();
});
afterAll(() => queue.close());

const ids = ['', 'x', newId(), 'a'.repeat(10_000)];

describe('queueTicket', () => {
  const look = async (viewer: Viewer | null, id: string) => {
    const { data } = await queue.graph.execute(
      viewer,
      `query ($id: ID!) { queueTicket(id: $id) {
        id status number position estimatedWaitSeconds admittedAt expiresAt admissionToken } }`,
      { id },
    );
    return data.queueTicket;
  };

  it('shows a position that is exact', async () => {
    const concertId = await queue.openRoom({ maxActive: 2 });
    const joined = [];
    for (let i = 0; i < 6; i++) joined.push(await queue.join(concertId));
    await queue.move(concertId);
    const [, , , fourth] = joined;
    await queue.graph.execute(
      fourth?.fan ?? null,
      `mutation { leaveQueue(ticketId: "${String(fourth?.id)}") { __typename } }`,
    );
    const seen = await Promise.all(joined.map(({ fan, id }) => look(fan, id)));
    expect(seen.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seen.map(({ position }) => position)).toEqual([0, 0, 1, 0, 2, 3]);
    expect(seen.map(({ estimatedWaitSeconds }) => estimatedWaitSeconds)).toEqual([0, 0, 300, 0, 600, 900]);
  });

  it('shows a pass that concerts can verify to the admitted fan', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    await queue.move(concertId);
    const ticket = await look(fan, id);
    expect(ticket).toMatchObject({ status: 'ADMITTED', position: 0 });
    const { verifying } = await openSigningKeys(queue.database, passKeys);
    const { payload } = await jwtVerify(ticket.admissionToken, verifying, {
      issuer: 'frontrow/queue',
      audience: 'frontrow/concerts',
      algorithms: ['EdDSA'],
    });
    expect(payload).toEqual({
      iss: 'frontrow/queue',
      aud: 'frontrow/concerts',
      sub: fan.id,
      concert: concertId,
      jti: id,
      iat: expect.any(Number),
      exp: Math.floor(Date.parse(ticket.expiresAt) / 1_000),
    });
    expect(Date.parse(ticket.expiresAt) - Date.parse(ticket.admittedAt)).toBe(600_000);
  });

  it('shows no pass when the admission is over, also before that was noted', async () => {
    const concertId = await queue.openRoom();
    const { fan, id } = await queue.join(concertId);
    await queue.move(concertId);
    await queue.age(id, 601);
    expect(await look(fan, id)).toMatchObject({ status: 'ADMITTED', admissionToken: null });
  });

  it('shows any ticket to operators, but no pass', async () => {
    const concertId = await queue.openRoom();
    const { id } = await queue.join(concertId);
    await queue.move(concertId);
    expect(await look(anOperator(), id)).toMatchObject({ id, status: 'ADMITTED', admissionToken: null });
  });

  it('shows nobody else’s ticket', async () => {
    const { id } = await queue.join(await queue.openRoom());
    expect(await look(aFan(), id)).toBeNull();
    expect(await look(null, id)).toBeNull();
  });

  it.each(ids)('knows no ticket "%.50s"', async (id) => {
    expect(await look(aFan(), id)).toBeNull();
  });

  it('notes that the fan is there, at most every ten seconds', async () => {
    const { fan, id } = await queue.join(await queue.openRoom());
    const { lastSeenAt } = await queue.ticket(id);
    await look(fan, id);
    expect(await queue.ticket(id)).toMatchObject({ lastSeenAt });
    await queue.age(id, 11);
    await look(anOperator(), id);
    expect((await queue.ticket(id)).lastSeenAt.getTime()).toBe(lastSeenAt.getTime() - 11_000);
    await look(fan, id);
    expect((await queue.ticket(id)).lastSeenAt.getTime()).toBeGreaterThanOrEqual(lastSeenAt.getTime());
  });
});

describe('waitingRoom', () => {
  it('shows everybody how long the line is', async () => {
    const concertId = await queue.openRoom({ maxActive: 1, admissionSeconds: 60 });
    for (let i = 0; i < 3; i++) await queue.join(concertId);
    await queue.move(concertId);
    const { data } = await queue.graph.execute(
      null,
      `{ waitingRoom(concertId: "${concertId}") { concert { id } status waiting active maxActive admitPerSecond
        admissionSeconds estimatedWaitSeconds } }`,
    );
    expect(data.waitingRoom).toEqual({
      concert: { id: concertId },
      status: 'OPEN',
      waiting: 2,
      active: 1,
      maxActive: 1,
      admitPerSecond: 50,
      admissionSeconds: 60,
      estimatedWaitSeconds: 180,
    });
  });

  it.each(ids)('knows no room of the concert "%.50s"', async (concertId) => {
    const { data, errors } = await queue.graph.execute(
      aFan(),
      'query ($concertId: ID!) { waitingRoom(concertId: $concertId) { waiting } }',
      { concertId },
    );
    expect({ data, errors }).toEqual({ data: { waitingRoom: null }, errors: undefined });
  });
});

describe('entities', () => {
  it('finds the rooms of concerts', async () => {
    const concerts = [await queue.openRoom(), newId(), await queue.openRoom({ maxActive: 7 }), 'x'];
    const { data } = await queue.graph.entities(
      null,
      'Concert',
      concerts.map((id) => ({ id })),
      'id waitingRoom { maxActive }',
    );
    expect(data).toEqual([
      { id: concerts[0], waitingRoom: { maxActive: 100 } },
      { id: concerts[1], waitingRoom: null },
      { id: concerts[2], waitingRoom: { maxActive: 7 } },
      { id: concerts[3], waitingRoom: null },
    ]);
  });

  it('shows a fan’s tickets, newest first, to that fan and to operators', async () => {
    const fan = aFan();
    const first = await queue.join(await queue.openRoom(), fan);
    const second = await queue.join(await queue.openRoom(), fan);
    const fields = 'queueTickets { id position }';
    const shown = [{ queueTickets: [second, first].map(({ id }) => ({ id, position: 1 })) }];
    expect((await queue.graph.entities(fan, 'User', [{ id: fan.id }], fields)).data).toEqual(shown);
    expect((await queue.graph.entities(anOperator(), 'User', [{ id: fan.id }], fields)).data).toEqual(shown);
    for (const viewer of [aFan(), null]) {
      const { data } = await queue.graph.entities(viewer, 'User', [{ id: fan.id }], fields);
      expect(data).toEqual([{ queueTickets: null }]);
    }
  });

  it('shows a fan without tickets an empty list', async () => {
    const fan = aFan();
    const { data } = await queue.graph.entities(fan, 'User', [{ id: fan.id }], 'queueTickets { id }');
    expect(data).toEqual([{ queueTickets: [] }]);
  });

  it('finds a ticket for its fan and for nobody else', async () => {
    const { fan, id } = await queue.join(await queue.openRoom());
    const keys = [{ id }, { id: newId() }, { id: 'x' }];
    const { data } = await queue.graph.entities(fan, 'QueueTicket', keys, 'id status number');
    expect(data).toEqual([{ id, status: 'WAITING', number: 1 }, null, null]);
    for (const viewer of [aFan(), null]) {
      const others = await queue.graph.entities(viewer, 'QueueTicket', keys, 'id');
      expect(others.data).toEqual([null, null, null]);
    }
  });
});
