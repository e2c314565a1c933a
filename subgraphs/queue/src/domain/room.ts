import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import type { Admission } from './ticket.ts';
import type { Turnover } from './turnover.ts';

/** The waiting room of one concert. */
export interface Room {
  readonly concertId: string;
  readonly status: 'CLOSED' | 'OPEN' | 'PAUSED';
  readonly maxActive: number;
  readonly admitPerSecond: number;
  readonly admissionSeconds: number;
  /** Whether fans who join have to solve a challenge. */
  readonly challenge: boolean;
  readonly salesOpenAt: Date;
  /** Until this time only operators can see the room; null if everybody can. */
  readonly publishAt: Date | null;
  /** The version of the concert that these two times are from. */
  readonly concertVersion: number;
  /** When it last became OPEN. */
  readonly openedAt: Date;
  /** The number of the ticket that was issued last. */
  readonly lastNumber: number;
  /** How many tickets are WAITING. */
  readonly waiting: number;
  /** The instant (ms since the epoch, with fractions) up to which admissions have used up their share of time; see `admittable`. */
  readonly pacedUntilMs: number;
  /** Grows by one with each transaction that changes who waits. */
  readonly version: number;
  /** Null while places are free. */
  readonly turnover: Turnover | null;
}

/** What operators may change. */
export type RoomSettings = Pick<
  Room,
  'status' | 'maxActive' | 'admitPerSecond' | 'admissionSeconds' | 'challenge'
>;

/** How often a line is looked at, in ms, when nothing wakes the loop. */
export const lookEveryMs = 250;

/** The least time between two waves of one replica, in ms; places that come free meanwhile are filled together. */
export const waveGapMs = 100;

/** Fans who have not looked at their ticket for this long are away. */
export const graceMs = 2 * 60 * 1_000;

/** What a room knows of its concert. */
export interface ConcertTimes {
  readonly concertId: string;
  readonly salesOpenAt: Date;
  readonly publishAt?: Date | null | undefined;
  readonly concertVersion?: number;
}

export const newRoom = (
  { concertId, salesOpenAt, publishAt = null, concertVersion = 1 }: ConcertTimes,
  now: Date,
): Room => ({
  concertId,
  status: 'OPEN',
  maxActive: 100,
  admitPerSecond: 50,
  admissionSeconds: 600,
  challenge: false,
  salesOpenAt,
  publishAt,
  concertVersion,
  openedAt: now,
  lastNumber: 0,
  waiting: 0,
  pacedUntilMs: 0,
  version: 0,
  turnover: null,
});

/** Whether everybody can see the room. */
export const isPublished = ({ publishAt }: Pick<Room, 'publishAt'>, now: Date): boolean =>
  publishAt === null || publishAt <= now;

export const configure = (room: Room, change: Partial<RoomSettings>, now: Date): Room => ({
  ...room,
  ...change,
  openedAt: change.status === 'OPEN' && room.status !== 'OPEN' ? now : room.openedAt,
});

/** Why nobody may join now; null when everybody may. Joining before sales open is allowed. */
export function refusalToJoin(room: Room): Refusal<'ROOM_CLOSED' | 'ROOM_PAUSED'> | null {
  switch (room.status) {
    case 'OPEN':
      return null;
    case 'PAUSED':
      return refuse('ROOM_PAUSED', 'The waiting room is paused; it takes no new fans for now.', {
        retryable: true,
      });
    case 'CLOSED':
      return refuse('ROOM_CLOSED', 'The waiting room is closed.');
    default:
      return room.status satisfies never;
  }
}

/** Why a fan must solve a challenge first; null when they have solved one, or the room asks for none. */
export const refusalWithoutChallenge = (
  room: Room,
  attempt: { readonly solvedAfter: number | null; readonly ticketsBefore: number },
): Refusal<'CHALLENGE_REQUIRED'> | null =>
  !room.challenge || attempt.solvedAfter === attempt.ticketsBefore
    ? null
    : refuse(
        'CHALLENGE_REQUIRED',
        'The waiting room asks for the solution of a new challenge: see queueChallenge.',
      );

/** Whether the line moves: fans are let in, and absent fans lose their place. */
const isMoving = (room: Room, now: Date) => room.status === 'OPEN' && room.salesOpenAt <= now;

/**
 * How many fans may be let in now: as many as there are free places, but no faster than `admitPerSecond`. Capacity that a quiet
 * time did not use is saved up, for at most one second's worth of fans, but at least one fan.
 *
 * The rate is kept as time (GCRA, the token bucket of ITU-T I.371): each admission uses up 1/rate seconds. So fractional
 * rates lose nothing between two looks, and a new rate applies from the moment it is set.
 * @param active how many tickets are ADMITTED
 */
export function admittable(room: Room, active: number, now: Date): number {
  if (!isMoving(room, now)) return 0;
  const free = Math.max(0, room.maxActive - active);
  const paced = Math.floor(((now.getTime() - usedUntilMs(room, now)) * room.admitPerSecond) / 1_000);
  return Math.max(0, Math.min(free, paced));
}

/** `pacedUntilMs` after `count` more fans were let in. */
export const pacedAfter = (room: Room, count: number, now: Date): number =>
  usedUntilMs(room, now) + (count * 1_000) / room.admitPerSecond;

const usedUntilMs = (room: Room, now: Date) => {
  // The look comes a little after the moment of the fan. That time is saved as well, or a slow rate would lose it each time.
  const savedMs = Math.max(1_000, 1_000 / room.admitPerSecond + lookEveryMs);
  return Math.max(room.pacedUntilMs, now.getTime() - savedMs);
};

export function admissionFrom(room: Room, now: Date): Admission {
  const endsAt = new Date(now.getTime() + room.admissionSeconds * 1_000);
  return { admittedAt: now, expiresAt: endsAt, maxActive: room.maxActive };
}

/**
 * Fans who were not seen since this instant are away and lose their place; null while nobody loses one. A line that stands still
 * (before sales open, or while paused) keeps every place, and after a pause all fans have the whole grace to come back.
 * @param backBy by when all fans have had time to come back after the service could not see them; see `watch.ts`
 */
export function awaySince(room: Room, now: Date, backBy: Date): Date | null {
  const since = now.getTime() - graceMs;
  const mayBeAway = isMoving(room, now) && backBy <= now && room.openedAt.getTime() <= since;
  return mayBeAway ? new Date(since) : null;
}
