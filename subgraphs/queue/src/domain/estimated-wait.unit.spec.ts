import { estimatedWaitSeconds } from './estimated-wait.ts';
import { newRoom } from './room.ts';
import type { Room } from './room.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const aRoom = (change: Partial<Room> = {}): Room => ({
  ...newRoom({ concertId: 'concert', salesOpenAt: now }, now),
  maxActive: 100,
  admitPerSecond: 5,
  admissionSeconds: 600,
  ...change,
});

describe('the estimated wait', () => {
  it('is nothing for who waits no more', () => {
    expect(estimatedWaitSeconds(aRoom(), 0, 0, now)).toBe(0);
  });
  it('follows the rate while places are free', () => {
    expect(estimatedWaitSeconds(aRoom(), 0, 51, now)).toBe(11);
  });
  it('follows the turnover when all places are taken: 100 admissions end in 600 s', () => {
    expect(estimatedWaitSeconds(aRoom(), 100, 50, now)).toBe(300);
  });
  it('counts only fans beyond the free places', () => {
    expect(estimatedWaitSeconds(aRoom(), 60, 50, now)).toBe(60);
  });
  it('begins when sales open', () => {
    const room = aRoom({ salesOpenAt: new Date(now.getTime() + 90_000) });
    expect(estimatedWaitSeconds(room, 0, 5, now)).toBe(91);
  });
  it('takes a paused room to go on now', () => {
    expect(estimatedWaitSeconds(aRoom({ status: 'PAUSED' }), 0, 51, now)).toBe(11);
  });
  it('stays sayable', () => {
    const room = aRoom({ admitPerSecond: Number.MIN_VALUE });
    expect(estimatedWaitSeconds(room, 0, 1, now)).toBe(2_147_483_647);
  });
});
