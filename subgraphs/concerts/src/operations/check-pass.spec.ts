import { ticketEnded } from '@frontrow/events/contracts/queue';
import { deliver, published } from '@frontrow/events/testing';
import { newId } from '@frontrow/kit/ids';
import { remoteKeySet } from '@frontrow/kit/key-set';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { generateKeyPair } from 'jose';
import { audit, handlers, holdSeats, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall, OnSale } from '../testing/hall.ts';

let hall: Hall;
let onSale: OnSale;
const fan = aFan();
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());
beforeEach(async () => {
  onSale = await putOnSale(hall);
});

async function holdWith(admissionToken: string, place = 0) {
  const { scheduleId, seats } = onSale;
  const request = { scheduleId, admissionToken, seatIds: [seats[place]?.id] };
  return (await holdSeats(hall.replicas[0], fan, request)).data.holdSeats;
}

describe('a pass', () => {
  const refused = { __typename: 'Refusal', code: 'NOT_ADMITTED' };

  it.each([
    ['of another issuer', { issuer: 'frontrow/users' }],
    ['for another audience', { audience: 'frontrow' }],
    ['that has expired', { expiresIn: -60 }],
    ['that has expired this second', { expiresIn: 0 }],
    ['whose ticket id is not an id', { ticketId: 'x' }],
  ])('%s does not admit', async (_what, claims) => {
    expect(await holdWith(await hall.admit(fan, onSale.concertId, claims))).toMatchObject(refused);
    expect((await audit(hall, onSale.scheduleId)).counted).toEqual({ held: 0, sold: 0 });
  });

  it('signed by somebody else does not admit', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    expect(await holdWith(await hall.admit(fan, onSale.concertId, { key: privateKey }))).toMatchObject(
      refused,
    );
  });

  it('of another fan does not admit', async () => {
    expect(await holdWith(await hall.admit(aFan(), onSale.concertId))).toMatchObject(refused);
  });

  it('for another concert does not admit', async () => {
    const { concertId } = await putOnSale(hall);
    expect(await holdWith(await hall.admit(fan, concertId))).toMatchObject(refused);
  });

  it.each(['', 'let me in', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', '🎸'.repeat(1_000)])(
    'that is no pass does not admit (case %#)',
    async (token) => {
      expect(await holdWith(token)).toMatchObject(refused);
    },
  );

  it('does not admit once its ticket has ended, also when that news comes twice', async () => {
    const ticketId = newId();
    const { concertId } = onSale;
    const token = await hall.admit(fan, concertId, { ticketId });
    expect(await holdWith(token)).toMatchObject({ __typename: 'SeatHold' });
    for (let time = 0; time < 2; time++) {
      const event = ticketEnded.about(ticketId, { ticketId, userId: fan.id, concertId, reason: 'LEFT' });
      await deliver(hall.outbox, handlers, published(event));
    }
    expect(await holdWith(token, 1)).toMatchObject(refused);
  });

  it('that cannot be verified now is not called invalid', async () => {
    const other = await openHall(remoteKeySet('http://127.0.0.1:9/jwks.json'));
    try {
      const { concertId, scheduleId, seats } = await putOnSale(other);
      const { errors } = await holdSeats(other.replicas[0], fan, {
        ...{ scheduleId, seatIds: [seats[0]?.id], admissionToken: await other.admit(fan, concertId) },
      });
      expect(errors?.[0]?.extensions?.['code']).toBe('SERVICE_UNAVAILABLE');
    } finally {
      await other.close();
    }
  });
});
