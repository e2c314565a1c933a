import { randomUUID } from 'node:crypto';
import { Fan } from '@frontrow/stack/fan';
import { mailTo, tokenIn } from '../testing/mails.ts';
import type { Viewer } from './table.ts';
import { aScan } from './world.ts';
import type { World } from './world.ts';

type Arguments = Readonly<Record<string, unknown>>;

const ids = (all: readonly string[]): Arguments[] => all.map((id) => ({ id }));

/**
 * The arguments with which each root field of Query and Subscription is asked for something of the owner's. Fields that are
 * missing here need none.
 */
export const questions = (world: World): Readonly<Record<string, readonly Arguments[]>> => {
  const { sale, shopping, reservations } = world;
  return {
    user: ids([world.idOf('owner') ?? '']),
    concert: ids([sale.concertId]),
    schedule: ids([sale.scheduleId, world.cancelledScheduleId]),
    waitingRoom: [{ concertId: sale.concertId }],
    queueChallenge: [{ concertId: sale.concertId }],
    queueTicket: ids(world.ticketIds),
    reservation: ids(Object.values(reservations)),
    payment: ids(world.paymentIds),
    saga: ids(Object.values(reservations)),
    concerts: [{ first: 2 }],
    halls: [{ first: 2 }],
    hall: ids([world.hallId]),
    operatorActions: [{ first: 5 }],
    userByEmail: [{ email: world.emailOfOwner }],
    // The show of the sale was moved.
    doorList: [{ scheduleId: world.entered.scheduleId }, { scheduleId: world.sale.scheduleId }],
    reservationsBySeat: [{ scheduleId: world.sale.scheduleId, label: 'A-1-1', first: 5 }],
    ...Object.fromEntries(['sagas', 'deadLetters', 'deliveries'].map((name) => [name, [{ first: 5 }]])),
    queuePosition: [{ ticketId: shopping.ticketId }],
    reservationChanged: ids([reservations.unpaid]),
    waitingRoomChanged: [{ concertId: sale.concertId }],
    seatsChanged: [{ scheduleId: sale.scheduleId }],
    concertChanged: ids([sale.concertId]),
  };
};

type Attempt = (viewer: Viewer) => Arguments | Promise<Arguments>;

/** How each mutation is tried on something of the owner's. */
export const attempts = (world: World): Readonly<Record<string, Attempt>> => {
  const { url } = world.spare;
  const password = world.passwordOf('owner');
  const aSeat = world.sale.seats.at(-1)?.id ?? '';
  const spare = { email: world.emailOfSpare, password };
  const aKey = () => randomUUID();
  const refreshToken = async () => ({ refreshToken: await newRefreshToken(world, spare) });
  return {
    register: () => ({ input: { email: `${aKey()}@example.org`, password, name: 'Fan' } }),
    logIn: () => ({ input: spare }),
    refreshSession: refreshToken,
    logOut: refreshToken,
    endSession: async () => ({
      id: await anotherSession(await Fan.logIn(url, world.emailOfOwner, password)),
    }),
    endOtherSessions: () => ({}),
    enterQueue: () => ({ concertId: world.waiting.sale.concertId }),
    leaveQueue: () => ({ ticketId: world.waiting.ticketId }),
    holdSeats: () => {
      const { sale, pass } = world.shopping;
      const seats = { scheduleId: sale.scheduleId, bestAvailable: { count: 1 } };
      return { input: { ...seats, admissionToken: pass, idempotencyKey: aKey() } };
    },
    chargePoints: () => ({ input: { amount: 1, idempotencyKey: aKey() } }),
    pay: () => ({ input: { reservationId: world.reservations.unpaid, idempotencyKey: aKey() } }),
    cancelReservation: () => ({ id: world.reservations.paid }),
    createConcert: () => {
      const venue = {
        venueName: 'Hall',
        venueAddress: '1 Street, Seoul',
        salesOpenAt: '2026-01-01T00:00:00.000Z',
      };
      return { input: { title: 'T', artist: 'A', description: '', ...venue } };
    },
    // Changes nothing: it is called that already.
    changeConcert: () => ({ input: { id: world.sale.concertId, version: 1 } }),
    addSchedule: () => {
      const sections = [{ name: 'A', price: 1, rows: 1, seatsPerRow: 1 }];
      return { input: { concertId: world.sale.concertId, startsAt: '2099-01-01T00:00:00.000Z', sections } };
    },
    cancelSchedule: () => ({ id: world.cancelledScheduleId }),
    moveSchedule: () => {
      const times = { startsAt: '2099-02-02T00:00:00.000Z', refundUntil: '2099-02-01T00:00:00.000Z' };
      return { input: { scheduleId: world.sale.scheduleId, ...times } };
    },
    pauseCancellation: () => ({ scheduleId: world.cancelledScheduleId, paused: true }),
    saveHall: () => {
      const stage = { x: 0, y: 0, width: 1_000, depth: 400 };
      const sections = [{ name: 'A', kind: 'SEATED', x: 0, y: 500, seatsPerRow: 1 }];
      return { input: { id: aKey(), version: 0, name: 'Hall', stage, sections } };
    },
    addScheduleInHall: () => {
      const date = { concertId: world.sale.concertId, startsAt: '2099-01-02T00:00:00.000Z' };
      const prices = ['A', 'B'].map((section) => ({ section, price: 1 }));
      return { input: { ...date, hallId: world.hallId, prices } };
    },
    keepSeatsBack: () => ({ input: { scheduleId: world.sale.scheduleId, seatIds: [aSeat] } }),
    giveSeatsFree: () => ({ input: { scheduleId: world.sale.scheduleId, seatIds: [aSeat] } }),
    configureWaitingRoom: () => ({ input: { concertId: world.sale.concertId, maxActive: 100 } }),
    replayDeadLetter: () => ({ id: world.deadLetterId }),
    redeliver: () => ({ id: world.deliveryId }),
    addOperator: () => ({ email: world.emailOfSpare }),
    endOperator: () => ({ id: world.spare.id }),
    addStaff: () => ({ email: world.emailOfSpare }),
    endStaff: () => ({ id: world.spare.id }),
    admitTicket: () => ({ input: { scheduleId: world.entered.scheduleId, ...aScan(world.entered.code) } }),
    syncAdmissions: () => {
      const { scheduleId, code } = world.entered;
      return { input: { scheduleId, scans: [aScan(code)] } };
    },
    exportAttendees: () => ({ input: { scheduleId: world.entered.scheduleId } }),
    exportRefunds: () => ({}),
    exportLedger: () => ({}),
    changePassword: (viewer) => {
      const same = world.passwordOf(viewer);
      return { input: { currentPassword: same, newPassword: same } };
    },
    requestPasswordReset: () => ({ email: `${aKey()}@example.org` }),
    resetPassword: async () => ({
      input: { token: await aResetToken(world), newPassword: password },
    }),
    requestEmailConfirmation: () => ({}),
    confirmEmail: async () => ({
      token: tokenIn(await mailTo(world.system, world.emailOfSpare, /^Confirm/)),
    }),
    deleteMyAccount: (viewer) => ({ input: { password: world.passwordOf(viewer), acceptsLoss: true } }),
  };
};

/** The owner's belongings, in which the effect of a stranger's call would show. */
export const belongings = `{ me { id name role wallet { balance } sessions { id }
  queueTickets { id status } reservations { edges { node { id status payment { status } } } } } }`;
export interface Belongings {
  readonly me: {
    readonly queueTickets: readonly { id: string; status: string }[];
    readonly reservations: {
      readonly edges: readonly { node: { id: string; payment: { status: string } | null } }[];
    };
  };
}

/** What follows by events from the owner's calls, and must be over before the next mutation is tried. */
export const aftermath = (world: World): Readonly<Record<string, (seen: Belongings) => boolean>> => ({
  holdSeats: ({ me }) => me.reservations.edges.length > Object.keys(world.reservations).length,
  pay: ({ me }) =>
    me.queueTickets.some(({ id, status }) => id === world.shopping.ticketId && status === 'COMPLETED'),
  cancelReservation: ({ me }) =>
    me.reservations.edges.some(
      ({ node }) => node.id === world.reservations.paid && node.payment?.status === 'REFUNDED',
    ),
});

async function newRefreshToken({ viewers }: World, input: Arguments): Promise<string> {
  const { logIn } = await viewers.nobody.ask<{ logIn: { refreshToken: string } }>(
    'mutation ($input: LogInInput!) { logIn(input: $input) { ... on Session { refreshToken } } }',
    { input },
  );
  return logIn.refreshToken;
}

/** A token for an account that nobody else uses. */
async function aResetToken({ system, viewers: { nobody } }: World): Promise<string> {
  const { me } = await (await Fan.register(system.url)).ask<{ me: { email: string } }>('{ me { email } }');
  await nobody.ask('mutation ($email: String!) { requestPasswordReset(email: $email) }', me);
  return tokenIn(await mailTo(system, me.email, /new password/));
}

/** Another session of the fan who asks. */
async function anotherSession(fan: Fan): Promise<string> {
  const { me } = await fan.ask<{ me: { sessions: { id: string; isCurrent: boolean }[] } }>(
    '{ me { sessions { id isCurrent } } }',
  );
  return me.sessions.find(({ isCurrent }) => isCurrent)?.id ?? 'none';
}
