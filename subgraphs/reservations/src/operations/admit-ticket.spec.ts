import { setTimeout as pause } from 'node:timers/promises';
import { scheduleMoved } from '@frontrow/events/contracts/concerts';
import { newId } from '@frontrow/kit/ids';
import { replaceSigningKeys } from '@frontrow/kit/signing-keys';
import { randomFrom } from '@frontrow/kit/testing/random';
import { aFan, anOperator, staff } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import type { SeatsHeld } from '../domain/reservation.ts';
import { aHold, compensated, held, paid } from '../testing/holds.ts';
import { cancel, reservationsUnderTest, seen } from '../testing/service.ts';
import type { Replica, ServiceUnderTest } from '../testing/service.ts';
import { ticketKeys } from '../ticket-code.ts';

let service: ServiceUnderTest;
let replica: Replica;
beforeAll(async () => {
  service = await reservationsUnderTest();
  replica = await service.anotherReplica();
});
afterAll(() => service.stop());

const member = staff();
const outcome = `__typename
  ... on Admission { ticketId seatLabel door at }
  ... on AlreadyAdmitted { admission { ticketId seatLabel door at } }
  ... on Refusal { code }`;
const shown = async ({ graph }: Replica, viewer: Viewer | null, query: string, variables: object) => {
  const { data, errors } = await graph.execute(viewer, query, { ...variables });
  return errors?.[0]?.extensions?.['code'] ?? Object.values(data)[0];
};

interface AScan {
  readonly code: string;
  readonly door?: string;
  readonly at?: Date;
  readonly clientId?: string;
}
const told = ({ code, door = 'North', at = new Date(), clientId = newId() }: AScan) => ({
  ...{ code, door, clientId },
  at: at.toISOString(),
});
const admit = (scheduleId: string, scan: AScan, by = service, viewer: Viewer | null = member): Promise<any> =>
  shown(by, viewer, `mutation ($input: AdmitTicketInput!) { admitTicket(input: $input) { ${outcome} } }`, {
    input: { scheduleId, ...told(scan) },
  });
const sync = (
  scheduleId: string,
  scans: AScan[],
  by = service,
  viewer: Viewer | null = member,
): Promise<any> =>
  shown(
    by,
    viewer,
    `mutation ($input: SyncAdmissionsInput!) {
      syncAdmissions(input: $input) { clientId result { ${outcome} } }
    }`,
    { input: { scheduleId, scans: scans.map(told) } },
  );
const list = (
  scheduleId: string,
  after: string | null = null,
  viewer: Viewer | null = member,
): Promise<any> =>
  shown(
    service,
    viewer,
    `query ($scheduleId: ID!, $after: String) {
      doorList(scheduleId: $scheduleId, after: $after) {
        changes doors cursor hasMore asOf entriesFrom ticketCount admittedCount
        conflicts { id ticketId door at reason admission { door at seatLabel } }
      }
    }`,
    { scheduleId, after },
  );

async function aPurchase(
  over: Partial<SeatsHeld> = {},
  by = service,
): Promise<{ hold: SeatsHeld; codes: string[] }> {
  const hold = aHold(over);
  await by.tell(held(hold), paid(hold));
  const query = 'query ($id: ID!) { reservation(id: $id) { tickets { code } } }';
  const { tickets } = (await shown(by, aFan(hold.userId), query, { id: hold.reservationId })) as {
    tickets: { code: string }[];
  };
  return { hold, codes: tickets.map(({ code }) => code) };
}
const fanCancels = async ({ userId, reservationId }: SeatsHeld, by: Replica = service) =>
  (await cancel(by, aFan(userId), reservationId)).data.cancelReservation;

describe('a ticket at the door', () => {
  it('enters once; the second time it is told when and at which door', async () => {
    const { hold, codes } = await aPurchase();
    const [code = '', other = ''] = codes;
    const clientId = newId();
    const yes = await admit(hold.scheduleId, { code, clientId });
    expect(yes).toEqual({
      ...{ __typename: 'Admission', ticketId: expect.any(String), seatLabel: 'VIP-1-8' },
      ...{ door: 'North', at: expect.any(String) },
    });
    const { __typename, ...admission } = yes;
    // The same scan, sent again, is still one scan.
    expect(await admit(hold.scheduleId, { code, clientId })).toEqual(yes);
    expect(await admit(hold.scheduleId, { code, door: 'South' })).toEqual({
      __typename: 'AlreadyAdmitted',
      admission,
    });
    expect(await admit(hold.scheduleId, { code: other }, service, anOperator())).toMatchObject({
      seatLabel: 'VIP-1-7',
    });
  });

  it('enters by one of two doors that scan it at the same moment through two replicas', async () => {
    for (let round = 0; round < 20; round++) {
      const { hold, codes } = await aPurchase();
      const code = codes[0] ?? '';
      const answers = await Promise.all([
        admit(hold.scheduleId, { code, door: 'North' }),
        admit(hold.scheduleId, { code, door: 'South' }, replica as ServiceUnderTest),
      ]);
      const won = answers.filter(({ __typename }) => __typename === 'Admission');
      const lost = answers.filter(({ __typename }) => __typename === 'AlreadyAdmitted');
      expect([won.length, lost.length]).toEqual([1, 1]);
      expect(lost[0].admission.door).toBe(won[0].door);
    }
  });

  it('either enters or is cancelled when both happen at the same moment, whichever comes first', async () => {
    const random = randomFrom();
    const ends = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const { hold, codes } = await aPurchase();
      const [entered, cancelled] = await Promise.all([
        pause(random.below(6)).then(() => admit(hold.scheduleId, { code: codes[0] ?? '' })),
        pause(random.below(6)).then(() => fanCancels(hold, replica)),
      ]);
      const { status } = await seen(service, hold);
      ends.add(status);
      if (status === 'CONFIRMED') {
        expect([entered.__typename, cancelled.code]).toEqual(['Admission', 'NOT_CANCELLABLE']);
      } else {
        expect([entered.code, cancelled.status]).toEqual(['TICKET_VOID', 'CANCELLED']);
      }
    }
    // If one came first every time, nothing crossed, and the test proves nothing.
    expect([...ends].sort()).toEqual(['CANCELLED', 'CONFIRMED']);
  });

  it('is refused for another show, forged and mistyped', async () => {
    const { hold, codes } = await aPurchase();
    const code = codes[0] ?? '';
    const { scheduleId } = hold;
    expect(await admit(newId(), { code })).toMatchObject({ code: 'TICKET_OF_ANOTHER_SHOW' });
    const forged = `${code.slice(0, 30)}${code[30] === '0' ? '1' : '0'}${code.slice(31)}`;
    for (const wrong of [forged, code.slice(1), '', 'HELLO', '::'.repeat(67), '밤']) {
      expect(await admit(scheduleId, { code: wrong })).toMatchObject({ code: 'TICKET_UNKNOWN' });
    }
  });

  it('is refused when the key that signed it was withdrawn', async () => {
    // The replicas of the other tests would notice sooner or later, and refuse theirs.
    const robbed = await reservationsUnderTest();
    const { hold, codes } = await aPurchase({}, robbed);
    await replaceSigningKeys(robbed.outbox.database, ticketKeys, new Date());
    const later = await robbed.anotherReplica();
    const answer = await admit(hold.scheduleId, { code: codes[0] ?? '' }, later as ServiceUnderTest);
    await robbed.stop();
    expect(answer).toMatchObject({ code: 'TICKET_UNKNOWN' });
  });

  it('is void once the reservation was cancelled, by its fan or otherwise', async () => {
    const [first, second] = [await aPurchase(), await aPurchase()];
    await fanCancels(first.hold);
    await service.tell(compensated(second.hold));
    for (const { hold, codes } of [first, second]) {
      expect(await admit(hold.scheduleId, { code: codes[0] ?? '' })).toMatchObject({ code: 'TICKET_VOID' });
    }
  });

  it('is for staff and operators', async () => {
    const { hold, codes } = await aPurchase();
    const scan = { code: codes[0] ?? '' };
    for (const [viewer, code] of [
      [null, 'UNAUTHENTICATED'],
      [aFan(hold.userId), 'FORBIDDEN'],
    ] as const) {
      expect(await admit(hold.scheduleId, scan, service, viewer)).toBe(code);
      expect(await sync(hold.scheduleId, [scan], service, viewer)).toBe(code);
      expect(await list(hold.scheduleId, null, viewer)).toBe(code);
    }
    const read = '{ reservationsBySeat(scheduleId: "x", label: "A") { edges { cursor } } }';
    expect(await shown(service, member, read, {})).toBe('FORBIDDEN');
    const mutation = 'mutation ($id: ID!) { cancelReservation(id: $id) { __typename } }';
    expect(await shown(service, member, mutation, { id: hold.reservationId })).toBe('FORBIDDEN');
  });
});

describe('doors without a network', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  it('are settled by the time of the scan, whichever is heard of first, and all doors are told', async () => {
    const { hold, codes } = await aPurchase();
    const { scheduleId } = hold;
    const code = codes[0] ?? '';
    const late = { code, door: 'South', at: minutesAgo(4), clientId: newId() };
    const early = { code, door: 'North', at: minutesAgo(5), clientId: newId() };
    expect(await sync(scheduleId, [late])).toMatchObject([
      { clientId: late.clientId, result: { __typename: 'Admission', door: 'South' } },
    ]);
    const settled = [
      { clientId: early.clientId, result: { __typename: 'Admission', door: 'North' } },
      { clientId: late.clientId, result: { __typename: 'AlreadyAdmitted', admission: { door: 'North' } } },
    ];
    for (let time = 0; time < 2; time++) expect(await sync(scheduleId, [early, late])).toMatchObject(settled);
    const { conflicts, admittedCount, ticketCount } = await list(scheduleId);
    expect({ conflicts, admittedCount, ticketCount }).toEqual({
      ...{ admittedCount: 1, ticketCount: 2 },
      conflicts: [
        {
          ...{ id: late.clientId, ticketId: expect.any(String), door: 'South', at: late.at.toISOString() },
          reason: 'ADMITTED_ELSEWHERE',
          admission: { door: 'North', at: early.at.toISOString(), seatLabel: 'VIP-1-8' },
        },
      ],
    });
  });

  it('find out that they let in a ticket that had been cancelled', async () => {
    const { hold, codes } = await aPurchase();
    await fanCancels(hold);
    expect(await sync(hold.scheduleId, [{ code: codes[0] ?? '' }])).toMatchObject([
      { result: { code: 'TICKET_VOID' } },
    ]);
    const { conflicts, admittedCount } = await list(hold.scheduleId);
    expect([admittedCount, conflicts]).toMatchObject([0, [{ reason: 'VOID', admission: null }]]);
  });

  it('learn what became of tickets since they last asked, in a compact form', async () => {
    const scheduleId = newId();
    const [one, other] = [await aPurchase({ scheduleId }), await aPurchase({ scheduleId })];
    expect(await list(scheduleId)).toMatchObject({ changes: [], hasMore: false, ticketCount: 4 });
    const { ticketId } = await admit(scheduleId, { code: one.codes[0] ?? '', door: 'Gate 밤' });
    const first = await list(scheduleId);
    const id = Buffer.from(ticketId.replaceAll('-', '').slice(16), 'hex').toString('base64url');
    expect(first.doors).toEqual(['Gate 밤']);
    expect(first.changes).toEqual([expect.stringMatching(new RegExp(`^${id}A[0-9a-z]{6}\\.0$`))]);
    await fanCancels(other.hold);
    const next = await list(scheduleId, first.cursor);
    expect(next.changes.filter((change: string) => change[11] === 'V')).toHaveLength(2);
    expect(await list(scheduleId, 'made up')).toBe('BAD_USER_INPUT');
    expect(await list('no id')).toBe('BAD_USER_INPUT');
  });

  it('are refused malformed input, by the name of the argument', async () => {
    const { hold, codes } = await aPurchase();
    const code = codes[0] ?? '';
    expect(await sync(hold.scheduleId, [])).toBe('BAD_USER_INPUT');
    expect(await sync(hold.scheduleId, [{ code, door: ' ' }])).toBe('BAD_USER_INPUT');
    expect(await admit(hold.scheduleId, { code, clientId: 'mine' })).toBe('BAD_USER_INPUT');
  });
});

describe('a show that is moved after its doors have opened', () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const move = (scheduleId: string, startsAt: Date, number = 1) => {
    const times = { startsAt: startsAt.toISOString(), refundUntil: startsAt.toISOString() };
    const movedAt = new Date().toISOString();
    return service.tell(
      scheduleMoved.about(scheduleId, { scheduleId, concertId: newId(), ...times, move: number, movedAt }),
    );
  };
  /** A purchase whose first ticket entered a day ago. */
  async function enteredYesterday() {
    const { hold, codes } = await aPurchase();
    const scan = { code: codes[0] ?? '', at: inHours(-24), clientId: newId() };
    await sync(hold.scheduleId, [scan]);
    return { hold, scheduleId: hold.scheduleId, scan, code: scan.code };
  }

  it('lets its tickets in at the new date, once, whichever replica is asked', async () => {
    const { scheduleId, code } = await enteredYesterday();
    expect(await admit(scheduleId, { code })).toMatchObject({ __typename: 'AlreadyAdmitted' });
    const startsAt = inHours(1);
    await move(scheduleId, startsAt);
    const entriesFrom = new Date(startsAt.getTime() - 12 * 3_600_000).toISOString();
    expect(await list(scheduleId)).toMatchObject({
      entriesFrom,
      changes: [],
      admittedCount: 0,
      ticketCount: 2,
    });
    const answers = await Promise.all([
      admit(scheduleId, { code, door: 'North' }),
      admit(scheduleId, { code, door: 'South' }, replica as ServiceUnderTest),
    ]);
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['Admission', 'AlreadyAdmitted']);
    expect(await list(scheduleId)).toMatchObject({ changes: [expect.anything()], admittedCount: 1 });
  });

  it('is not confused by doors that bring their scans from before only afterwards, however often', async () => {
    const { scheduleId, code, scan } = await enteredYesterday();
    await move(scheduleId, inHours(1));
    const entered = await admit(scheduleId, { code, door: 'South' });
    const alsoThen = { code, at: inHours(-25), clientId: newId() };
    for (let time = 0; time < 2; time++) {
      expect(await sync(scheduleId, [scan, alsoThen])).toMatchObject([
        { clientId: scan.clientId, result: { __typename: 'Admission', at: scan.at.toISOString() } },
        { clientId: alsoThen.clientId, result: { __typename: 'Admission', at: alsoThen.at.toISOString() } },
      ]);
    }
    expect(await list(scheduleId)).toMatchObject({ admittedCount: 1, conflicts: [] });
    const { __typename, ...admission } = entered;
    expect(await admit(scheduleId, { code })).toEqual({ __typename: 'AlreadyAdmitted', admission });
  });

  it('can be given back by those who had entered, and not by those who enter at the new date', async () => {
    const { hold, scheduleId, code } = await enteredYesterday();
    expect(await fanCancels(hold)).toMatchObject({ code: 'NOT_CANCELLABLE' });
    await move(scheduleId, inHours(1));
    const other = await aPurchase({ scheduleId });
    await admit(scheduleId, { code: other.codes[0] ?? '' });
    expect(await fanCancels(other.hold)).toMatchObject({ code: 'NOT_CANCELLABLE' });
    expect(await fanCancels(hold)).toMatchObject({ status: 'CANCELLED' });
    expect(await admit(scheduleId, { code })).toMatchObject({ code: 'TICKET_VOID' });
  });

  it('keeps those inside who came in shortly before, when it only begins later', async () => {
    const { hold, codes } = await aPurchase();
    const code = codes[0] ?? '';
    await admit(hold.scheduleId, { code });
    await move(hold.scheduleId, inHours(2));
    expect(await admit(hold.scheduleId, { code })).toMatchObject({ __typename: 'AlreadyAdmitted' });
    // Moved to another day, and back before anybody came: they are still inside.
    await move(hold.scheduleId, inHours(26), 2);
    expect(await list(hold.scheduleId)).toMatchObject({ admittedCount: 0 });
    await move(hold.scheduleId, inHours(2), 3);
    expect(await list(hold.scheduleId)).toMatchObject({ admittedCount: 1 });
  });
});

describe('the attendees of a show', () => {
  const ask = (viewer: Viewer | null, scheduleId: string, after: string | null = null): Promise<any> =>
    shown(
      service,
      viewer,
      `mutation ($input: ExportAttendeesInput!) { exportAttendees(input: $input) {
        attendees { reservation { id user { id } } seat { label } admission { door } } cursor
      } }`,
      { input: { scheduleId, after } },
    );

  it('are exported seat by seat and page by page, with the door by which they came in, to operators', async () => {
    const scheduleId = newId();
    const holds = Array.from({ length: 51 }, () => aHold({ scheduleId }));
    for (const hold of holds) await service.tell(held(hold), paid(hold));
    const { hold, codes } = await aPurchase({ scheduleId });
    await admit(scheduleId, { code: codes[1] ?? '', door: 'South' });
    await fanCancels(holds[0] as SeatsHeld);
    const first = await ask(anOperator(), scheduleId);
    const second = await ask(anOperator(), scheduleId, first.cursor);
    expect([first.attendees.length, second.attendees.length, second.cursor]).toEqual([100, 2, null]);
    const all = [...first.attendees, ...second.attendees];
    const labels = all.map(({ reservation, seat }) => `${reservation.id} ${seat.label}`);
    expect(new Set(labels).size).toBe(102);
    expect(all.filter(({ admission }) => admission !== null)).toEqual([
      {
        reservation: { id: hold.reservationId, user: { id: hold.userId } },
        ...{ seat: { label: 'VIP-1-7' }, admission: { door: 'South' } },
      },
    ]);
    expect(await ask(member, scheduleId)).toBe('FORBIDDEN');
    expect(await ask(aFan(hold.userId), scheduleId)).toBe('FORBIDDEN');
    expect(await ask(null, scheduleId)).toBe('UNAUTHENTICATED');
  });
});
