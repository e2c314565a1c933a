import {
  admissionFrom,
  admittable,
  awaySince,
  configure,
  newRoom,
  pacedAfter,
  refusalToJoin,
  refusalWithoutChallenge,
} from './room.ts';
import type { Room } from './room.ts';

const opening = new Date('2026-11-20T10:00:00.000Z');
const at = (seconds: number) => new Date(opening.getTime() + seconds * 1_000);

const aRoom = (change: Partial<Room> = {}): Room => ({
  ...newRoom({ concertId: 'concert', salesOpenAt: opening }, at(-3_600)),
  ...change,
});

/** Lets in all who may come in at each of these instants; nobody is ever done. */
function admissions(room: Room, seconds: number[]): number[] {
  let active = 0;
  return seconds.map((second) => {
    const count = admittable(room, active, at(second));
    active += count;
    room = { ...room, pacedUntilMs: pacedAfter(room, count, at(second)) };
    return count;
  });
}

const given = (room: Room) => ({
  when: (...seconds: number[]) => ({
    then: (...counts: number[]) => {
      expect(admissions(room, seconds)).toEqual(counts);
    },
  }),
});

describe('letting fans in', () => {
  it('begins when sales open, with what one second allows', () => {
    given(aRoom({ admitPerSecond: 50 }))
      .when(-60, -0.001, 0)
      .then(0, 0, 50);
  });

  it('goes on no faster than the rate, however often one looks', () => {
    given(aRoom({ admitPerSecond: 4, maxActive: 1_000 }))
      .when(0, 0.1, 0.25, 0.3, 0.5, 1)
      .then(4, 0, 1, 0, 1, 2);
  });

  it('saves up no more than one second of a quiet time', () => {
    given(aRoom({ admitPerSecond: 20, maxActive: 1_000 }))
      .when(0, 600, 600.5)
      .then(20, 20, 10);
  });

  it('saves up one fan where a second is worth less', () => {
    given(aRoom({ admitPerSecond: 0.5 }))
      .when(0, 1.5, 60, 61.5, 62)
      .then(1, 0, 1, 0, 1);
  });

  it.each([0.1, 0.5, 0.9, 1, 1.3, 3.7, 50, 10_000])('keeps a rate of %d per second over time', (rate) => {
    const looks = Array.from({ length: 400_000 / 249 }, (_, i) => (i * 249) / 1_000);
    const total = admissions(aRoom({ admitPerSecond: rate, maxActive: Infinity }), looks).reduce(
      (a, b) => a + b,
    );
    const due = rate * 400;
    expect(total).toBeGreaterThan(due - 1);
    expect(total).toBeLessThanOrEqual(due + Math.max(1, rate) + 1);
  });

  it('fills the free places and no more', () => {
    given(aRoom({ maxActive: 30 }))
      .when(0, 10)
      .then(30, 0);
  });

  it('lets nobody in, and revokes nobody, while more are active than a lowered maxActive', () => {
    expect(admittable(aRoom({ maxActive: 10 }), 25, at(0))).toBe(0);
  });

  it('stops while the room is paused or closed', () => {
    given(aRoom({ status: 'PAUSED' }))
      .when(0, 10)
      .then(0, 0);
    given(aRoom({ status: 'CLOSED' }))
      .when(0, 10)
      .then(0, 0);
  });

  it('never comes to an end by absurdly small rates', () => {
    given(aRoom({ admitPerSecond: Number.MIN_VALUE }))
      .when(0, 1e6)
      .then(0, 0);
  });

  it('gives each fan of a wave the same time, and keeps how many might be active', () => {
    const endsAt = at(900);
    expect(admissionFrom(aRoom({ admissionSeconds: 900, maxActive: 30 }), at(0))).toEqual({
      admittedAt: at(0),
      expiresAt: endsAt,
      maxActive: 30,
    });
  });
});

describe('joining', () => {
  it('is fine before sales open', () => {
    expect(refusalToJoin(aRoom())).toBeNull();
  });

  it('is refused for now while the room is paused', () => {
    expect(refusalToJoin(aRoom({ status: 'PAUSED' }))).toMatchObject({
      code: 'ROOM_PAUSED',
      retryable: true,
    });
  });

  it('is refused when the room is closed', () => {
    expect(refusalToJoin(aRoom({ status: 'CLOSED' }))).toMatchObject({
      code: 'ROOM_CLOSED',
      retryable: false,
    });
  });
});

describe('a challenge', () => {
  const joining = (room: Room, solvedAfter: number | null, ticketsBefore: number) =>
    refusalWithoutChallenge(room, { solvedAfter, ticketsBefore })?.code ?? null;
  it('is asked for where the operator wants it, and nowhere else', () => {
    expect(joining(aRoom(), null, 0)).toBeNull();
    expect(joining(aRoom({ challenge: true }), null, 0)).toBe('CHALLENGE_REQUIRED');
    expect(joining(aRoom({ challenge: true }), 0, 0)).toBeNull();
  });
  it('is solved for one ticket: the next one takes another', () => {
    expect(joining(aRoom({ challenge: true }), 0, 1)).toBe('CHALLENGE_REQUIRED');
    expect(joining(aRoom({ challenge: true }), 1, 1)).toBeNull();
  });
});

describe('the places of fans who are away', () => {
  const long = at(-3_600);

  it('are lost after two minutes without a look', () => {
    expect(awaySince(aRoom(), at(0), long)).toEqual(at(-120));
  });

  it('are kept while the line stands still', () => {
    expect(awaySince(aRoom(), at(-1), long)).toBeNull();
    expect(awaySince(aRoom({ status: 'PAUSED' }), at(500), long)).toBeNull();
  });

  it('are kept for the whole grace after a pause', () => {
    const paused = configure(aRoom(), { status: 'PAUSED' }, at(100));
    const resumed = configure(paused, { status: 'OPEN' }, at(500));
    expect(awaySince(resumed, at(619), long)).toBeNull();
    expect(awaySince(resumed, at(620), long)).toEqual(at(500));
  });

  it('are kept until all fans have had time to come back after a time in which nobody could be seen', () => {
    expect(awaySince(aRoom(), at(119), at(120))).toBeNull();
    expect(awaySince(aRoom(), at(120), at(120))).toEqual(at(0));
  });

  it('are lost no later because an open room is opened again', () => {
    expect(awaySince(configure(aRoom(), { status: 'OPEN' }, at(90)), at(100), long)).toEqual(at(-20));
  });
});
