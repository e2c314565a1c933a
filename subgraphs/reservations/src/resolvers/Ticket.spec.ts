import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import { replaceSigningKeys } from '@frontrow/kit/signing-keys';
import type { Viewer } from '@frontrow/kit/viewer';
import type { SeatsHeld } from '../domain/reservation.ts';
import { migrations } from '../storage/migrations.ts';
import { aHold, compensated, held, notPaid, notSold, paid, refunded } from '../testing/holds.ts';
import { cancel, reservationsUnderTest } from '../testing/service.ts';
import type { ServiceUnderTest } from '../testing/service.ts';
import { ticketKeys } from '../ticket-code.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await reservationsUnderTest();
});
afterAll(() => service.stop());

const query = `query ($id: ID!) {
  reservation(id: $id) { status tickets { id seat { seatId label price } code issuedAt voidedAt } }
  ticketKeys { id publicKey }
}`;
async function ask({ reservationId, userId }: SeatsHeld, viewer: Viewer | null = aFan(userId)) {
  const { data, errors } = await service.graph.execute(viewer, query, { id: reservationId });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data as {
    reservation: { status: string; tickets: any[] } | null;
    ticketKeys: { id: string; publicKey: string }[];
  };
}
const ticketsOf = async (hold: SeatsHeld) => (await ask(hold)).reservation?.tickets ?? [];

async function aPurchase(): Promise<SeatsHeld> {
  const hold = aHold();
  await service.tell(held(hold), paid(hold));
  return hold;
}

/** Whether a door with these keys accepts a code. */
async function isSigned(code: string, keys: readonly { publicKey: string }[]): Promise<boolean> {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  const bytes = [...code.matchAll(/..?.?/g)].flatMap(([[c = '0', d = '0', e] = '']) => {
    const value = alphabet.indexOf(c) + 45 * alphabet.indexOf(d) + 45 * 45 * (e ? alphabet.indexOf(e) : 0);
    return e ? [value >> 8, value & 255] : [value];
  });
  const verified = keys.map(async ({ publicKey }) => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey };
    const key = await crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify']);
    const [said, signature] = [bytes.slice(0, -64), bytes.slice(-64)];
    return crypto.subtle.verify('Ed25519', key, Uint8Array.from(signature), Uint8Array.from(said));
  });
  return (await Promise.all(verified)).includes(true);
}

describe('tickets', () => {
  it('are there once the reservation is confirmed, one for each seat, with codes that doors accept', async () => {
    const hold = aHold();
    await service.tell(held(hold));
    expect(await ticketsOf(hold)).toEqual([]);
    await service.tell(paid(hold));
    const { reservation, ticketKeys: keys } = await ask(hold);
    const tickets = reservation?.tickets ?? [];
    expect(tickets.map(({ seat, voidedAt }) => ({ seat, voidedAt }))).toEqual(
      hold.seats.map((seat) => ({ seat, voidedAt: null })),
    );
    expect(keys).toEqual([{ id: expect.any(String), publicKey: expect.stringMatching(/^[\w-]{43}$/) }]);
    for (const { code } of tickets) expect(await isSigned(code, keys)).toBe(true);
    expect(new Set(tickets.map(({ code }) => code)).size).toBe(2);
    expect(await ticketsOf(hold)).toEqual(tickets);
  });

  it('are made once, even if a payment comes twice or a refund comes before its reason', async () => {
    const hold = aHold();
    const payment = paid(hold);
    await service.tell(held(hold), payment, payment, refunded(hold));
    expect(await ticketsOf(hold)).toHaveLength(2);
  });

  it.each([
    ['the fan cancels', (hold: SeatsHeld) => cancel(service, aFan(hold.userId), hold.reservationId)],
    ['the seats cannot be sold', (hold: SeatsHeld) => service.tell(notSold(hold))],
    ['the purchase is compensated', (hold: SeatsHeld) => service.tell(compensated(hold))],
  ])('are void when %s, and stay what they were', async (_, end) => {
    const hold = await aPurchase();
    const before = await ticketsOf(hold);
    await end(hold);
    const after = await ticketsOf(hold);
    expect(after).toEqual(before.map((ticket) => ({ ...ticket, voidedAt: expect.any(String) })));
    await service.tell(refunded(hold));
    expect(await ticketsOf(hold)).toEqual(after);
  });

  it('are not made for a reservation that was never confirmed', async () => {
    const hold = aHold();
    await service.tell(held(hold), notPaid(hold), paid(hold));
    expect(await ask(hold)).toMatchObject({ reservation: { status: 'CANCELLED', tickets: [] } });
  });

  it('are shown to nobody but the fan', async () => {
    const hold = await aPurchase();
    expect((await ask(hold, anOperator())).reservation).toEqual({ status: 'CONFIRMED', tickets: [] });
    expect((await ask(hold, aFan())).reservation).toBeNull();
    expect((await ask(hold, null)).ticketKeys).toHaveLength(1);
  });

  it('are in the export of the fan’s data, without their codes', async () => {
    const hold = await aPurchase();
    const key = [{ userId: hold.userId }];
    const { data } = await service.graph.entities(aFan(hold.userId), 'MyData', key, 'reservations');
    expect(data[0].reservations).toMatchObject([{ id: hold.reservationId, tickets: [{}, {}] }]);
    expect(JSON.stringify(data)).not.toContain('code');
  });

  it('of many reservations are found by one query', async () => {
    const userId = aHold().userId;
    const holds = Array.from({ length: 20 }, () => aHold({ userId }));
    await service.tell(...holds.map(held), ...holds.map((hold) => paid(hold)));
    const { database } = service.outbox;
    const { createQueryRunner } = database;
    let queries = 0;
    database.createQueryRunner = (mode) => {
      queries++;
      return createQueryRunner.call(database, mode);
    };
    const keys = holds.map(({ reservationId }) => ({ id: reservationId }));
    const { data } = await service.graph.entities(aFan(userId), 'Reservation', keys, 'tickets { id }');
    database.createQueryRunner = createQueryRunner;
    expect(data.every((found: any) => found.tickets.length === 2)).toBe(true);
    expect(queries).toBe(3);
  });

  it('are made up when somebody looks, if a replica without tickets has confirmed or cancelled', async () => {
    const [confirmed, cancelled] = [await aPurchase(), await aPurchase()];
    const { database } = service.outbox;
    await database.query('DELETE FROM seat_tickets WHERE reservation_id = ?', [confirmed.reservationId]);
    expect(await ticketsOf(confirmed)).toMatchObject([{ voidedAt: null }, { voidedAt: null }]);
    await cancel(service, aFan(cancelled.userId), cancelled.reservationId);
    await database.query('UPDATE seat_tickets SET voided_at = NULL WHERE reservation_id = ?', [
      cancelled.reservationId,
    ]);
    const voidedAt = expect.any(String);
    expect(await ticketsOf(cancelled)).toMatchObject([{ voidedAt }, { voidedAt }]);
    expect((await service.toldAbout(confirmed.reservationId)).map(({ type }) => type)).toHaveLength(2);
  });

  it('are issued by the migration for reservations that are confirmed, and for no others', async () => {
    const [confirmed, cancelled] = [await aPurchase(), await aPurchase()];
    const pending = aHold();
    await service.tell(held(pending));
    await cancel(service, aFan(cancelled.userId), cancelled.reservationId);
    const { database } = service.outbox;
    const Migration = migrations.find(({ name }) => name.startsWith('IssueTickets'))!;
    const runner = database.createQueryRunner();
    await new Migration().down(runner);
    await new Migration().up(runner);
    await runner.release();
    expect(await ticketsOf(confirmed)).toMatchObject([{ voidedAt: null }, { voidedAt: null }]);
    expect(await ticketsOf(cancelled)).toEqual([]);
    expect(await ticketsOf(pending)).toEqual([]);
  });
});

describe('a stolen key of tickets', () => {
  it('is replaced, and tickets that are shown again are valid with the new one', async () => {
    const hold = await aPurchase();
    const { ticketKeys: oldKeys } = await ask(hold);
    await replaceSigningKeys(service.outbox.database, ticketKeys, new Date());
    const replica = await service.anotherReplica();
    const { data } = await replica.graph.execute(aFan(hold.userId), query, { id: hold.reservationId });
    const [{ code }] = data.reservation.tickets;
    expect(await isSigned(code, oldKeys)).toBe(false);
    expect(await isSigned(code, data.ticketKeys)).toBe(true);
  });
});
