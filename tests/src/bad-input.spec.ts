import { randomUUID } from 'node:crypto';
import { Api } from '@frontrow/stack/api';
import type { Answer } from '@frontrow/stack/api';
import type { Fan, SeatHoldAnswer } from '@frontrow/stack/fan';
import { getNamedType, isLeafType } from 'graphql';
import type { GraphQLArgument } from 'graphql';
import { rootType } from './access/table.ts';
import { admittedFan, concertOnSale, sharedSystem } from './testing/system.ts';
import type { Sale, System } from './testing/system.ts';

let system: System;
let sale: Sale;
let other: Sale;
let fan: Fan;
let pass: string;

beforeAll(async () => {
  system = await sharedSystem();
  [sale, other] = await Promise.all([concertOnSale(system), concertOnSale(system)]);
  ({ fan, pass } = await admittedFan(system, sale));
}, 120_000);

const seatIds = (count: number, from = sale) => from.seats.slice(0, count).map(({ id }) => id);

const hold = (input: object) =>
  fan.send<{ holdSeats: { code?: string; __typename: string } }>(
    'mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) { __typename ... on Refusal { code } } }',
    { input: { scheduleId: sale.scheduleId, admissionToken: pass, idempotencyKey: randomUUID(), ...input } },
  );
const charge = (input: object) =>
  fan.send(
    'mutation ($input: ChargePointsInput!) { chargePoints(input: $input) { __typename ... on Refusal { code } } }',
    { input: { idempotencyKey: randomUUID(), ...input } },
  );
const pay = (input: object) =>
  fan.send('mutation ($input: PayInput!) { pay(input: $input) { __typename ... on Refusal { code } } }', {
    input: { idempotencyKey: randomUUID(), ...input },
  });

/** The code of the refusal or the fault that was answered. */
function codeOf({ data, errors }: Answer): string | undefined {
  if (errors !== undefined) return errors[0]!.extensions.code;
  return Object.values(data as Record<string, { code?: string }>)[0]?.code;
}

const askWhen = 'query ($from: DateTime) { concerts { edges { node { schedules(from: $from) { id } } } } }';
const instants = [
  'nope',
  '9999-12-31T23:59:59-14:00',
  '1999-12-31T23:59:59Z',
  '2101-01-01T00:00:00Z',
  7,
].flatMap((from): [string, string, () => Promise<Answer>][] => [
  [`the instant ${from} as a variable`, 'BAD_USER_INPUT', () => fan.send(askWhen, { from })],
  [
    `the instant ${from} as a literal`,
    'BAD_USER_INPUT',
    () => fan.send(`{ concerts { edges { node { schedules(from: ${JSON.stringify(from)}) { id } } } } }`),
  ],
]);

/** Texts that no id, cursor or title looks like. */
const odd = ['', '\u0000', '\ud800', '__proto__', '🎸', "' OR 1=1 --", '%', 'x'.repeat(200_000), 7, 1e21, -1];

/** Each query and mutation that takes ids or texts outside an input object, with the same text for all of them. */
const textOperations = (['Query', 'Mutation'] as const).flatMap((root) =>
  Object.values(rootType(root).getFields()).flatMap(({ name, args, type }) => {
    const typeOf = (arg: GraphQLArgument) => getNamedType(arg.type).name;
    const texts = args.filter((arg) => ['ID', 'String'].includes(typeOf(arg)));
    if (texts.length === 0) return [];
    const variables = [...new Set(texts.map(typeOf))].map((of) => `$${of}: ${of}!`).join(', ');
    const given = texts.map((arg) => `${arg.name}: $${typeOf(arg)}`).join(', ');
    const selection = isLeafType(getNamedType(type)) ? '' : '{ __typename }';
    return [`${root.toLowerCase()} (${variables}) { ${name}(${given}) ${selection} }`];
  }),
);

describe('bad input is refused, and changes nothing', () => {
  const cases: [what: string, expected: string, send: () => Promise<Answer>][] = [
    ['an empty list of seats', 'BAD_USER_INPUT', () => hold({ seatIds: [] })],
    [
      '10,000 seats',
      'SEAT_LIMIT_EXCEEDED',
      () => hold({ seatIds: Array.from({ length: 10_000 }, (_, i) => String(i)) }),
    ],
    ['more seats than a fan may have', 'SEAT_LIMIT_EXCEEDED', () => hold({ seatIds: seatIds(5) })],
    ['the same seat twice', 'BAD_USER_INPUT', () => hold({ seatIds: [...seatIds(1), ...seatIds(1)] })],
    ['seats that do not exist', 'NOT_FOUND', () => hold({ seatIds: [randomUUID()] })],
    ['a seat id that is not an id', 'NOT_FOUND', () => hold({ seatIds: ['🎸'] })],
    ['seats of another schedule', 'NOT_FOUND', () => hold({ seatIds: seatIds(2, other) })],
    [
      'both seats and best available',
      'BAD_USER_INPUT',
      () => hold({ seatIds: seatIds(1), bestAvailable: { count: 1 } }),
    ],
    ['neither seats nor best available', 'BAD_USER_INPUT', () => hold({})],
    ['an unknown schedule', 'NOT_FOUND', () => hold({ scheduleId: randomUUID(), seatIds: seatIds(1) })],
    [
      'a forged pass',
      'NOT_ADMITTED',
      () => hold({ seatIds: seatIds(1), admissionToken: `${pass.slice(0, -8)}AAAAAAAA` }),
    ],
    [
      'a pass that is not a token',
      'NOT_ADMITTED',
      () => hold({ seatIds: seatIds(1), admissionToken: 'let me in' }),
    ],
    [
      'the pass of another fan',
      'NOT_ADMITTED',
      async () => hold({ seatIds: seatIds(1), admissionToken: (await admittedFan(system, sale, 0)).pass }),
    ],
    [
      'a pass for another concert',
      'NOT_ADMITTED',
      async () =>
        hold({ seatIds: seatIds(1), admissionToken: (await fan.waitForAdmission(other.concertId)).pass }),
    ],
    ['an empty idempotency key', 'BAD_USER_INPUT', () => hold({ seatIds: seatIds(1), idempotencyKey: '' })],
    [
      'an idempotency key of 129 characters',
      'BAD_USER_INPUT',
      () => charge({ amount: 1, idempotencyKey: 'k'.repeat(129) }),
    ],
    [
      'an idempotency key of 1 MB',
      'BAD_USER_INPUT',
      () => charge({ amount: 1, idempotencyKey: 'k'.repeat(1_000_000) }),
    ],
    ['a negative charge', 'AMOUNT_OUT_OF_RANGE', () => charge({ amount: -5 })],
    ['a charge of nothing', 'AMOUNT_OUT_OF_RANGE', () => charge({ amount: 0 })],
    ['an absurd charge', 'AMOUNT_OUT_OF_RANGE', () => charge({ amount: 2_147_483_647 })],
    ['a charge beyond an Int', 'BAD_USER_INPUT', () => charge({ amount: 1e12 })],
    ['paying a reservation id that is not an id', 'NOT_FOUND', () => pay({ reservationId: 'nothing' })],
    ...instants,
    ['an operation that does not parse', 'BAD_USER_INPUT', () => fan.send('{ me {')],
    ['a field that does not exist', 'BAD_USER_INPUT', () => fan.send('{ me { shoeSize } }')],
    [
      'a forged access token',
      'UNAUTHENTICATED',
      () => new Api(system.url, 'ey.forged.token').send('{ me { id } }'),
    ],
    [
      "an operator's mutation by a fan",
      'FORBIDDEN',
      () =>
        fan.send(
          'mutation ($id: ID!) { configureWaitingRoom(input: { concertId: $id, maxActive: 1 }) { __typename } }',
          {
            id: sale.concertId,
          },
        ),
    ],
    [
      'holding without being logged in',
      'UNAUTHENTICATED',
      () =>
        new Api(system.url).send('mutation ($id: ID!) { enterQueue(concertId: $id) { __typename } }', {
          id: sale.concertId,
        }),
    ],
  ];

  it.each(cases)('%s: %s', async (_what, expected, send) => {
    expect(codeOf(await send())).toBe(expected);
  });

  it.each(odd)('%.20j as an id, a cursor or a text causes no internal error', async (value) => {
    const answers = await Promise.all([
      ...[fan, system.operator].flatMap((viewer) =>
        textOperations.map((operation) => viewer.send(operation, { ID: value, String: value })),
      ),
      fan.send('query ($v: String) { me { reservations(after: $v) { edges { cursor } } } }', { v: value }),
      hold({ scheduleId: value, seatIds: [value] }),
    ]);
    const codes = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));
    expect(codes.filter((code) => code !== 'BAD_USER_INPUT' && code !== 'FORBIDDEN')).toEqual([]);
  });

  it('a key that was used with other arguments', async () => {
    const key = randomUUID();
    const first = await fan.hold(
      other.scheduleId,
      (await fan.waitForAdmission(other.concertId)).pass,
      { seatIds: seatIds(1, other) },
      key,
    );
    expect(first.__typename).toBe('SeatHold');
    const again = await fan.hold(
      other.scheduleId,
      (await fan.waitForAdmission(other.concertId)).pass,
      { seatIds: seatIds(2, other) },
      key,
    );
    expect(again).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    await fan.cancel((first as SeatHoldAnswer).reservationId);
  });

  it("somebody else's reservation is not found, like one that does not exist", async () => {
    const owner = await admittedFan(system, other);
    const held = (await owner.fan.hold(other.scheduleId, owner.pass, {
      bestAvailable: { count: 1 },
    })) as SeatHoldAnswer;
    await owner.fan.reservationUntil(held.reservationId, 'PENDING');
    expect(await fan.pay(held.reservationId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await fan.cancel(held.reservationId)).toMatchObject({ code: 'NOT_FOUND' });
    const { reservation } = await fan.ask<{ reservation: null }>(
      'query ($id: ID!) { reservation(id: $id) { id payment { amount } } }',
      { id: held.reservationId },
    );
    expect(reservation).toBeNull();
  });

  it('after all of this nothing is held, nothing was charged and the audit is clean', async () => {
    const { schedule, me } = await fan.ask<{ schedule: object; me: object }>(
      'query ($id: ID!) { schedule(id: $id) { availability { available held sold } } me { wallet { balance } } }',
      { id: sale.scheduleId },
    );
    expect(schedule).toEqual({ availability: { available: 50, held: 0, sold: 0 } });
    expect(me).toEqual({ wallet: { balance: 10_000 } });
    expect(await system.audit()).toEqual([]);
  });
});
