import { newRoom } from './room.ts';
import type { Room } from './room.ts';
import { measuredTurnover, turnoverAfter } from './turnover.ts';

const start = Date.parse('2026-11-20T10:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1_000);
const aRoom: Room = { ...newRoom({ concertId: 'concert', salesOpenAt: at(0) }, at(0)), maxActive: 100 };

/** A full room into which `fans` are let every `everySeconds`, as places come free. */
function measured(fans: number, everySeconds: number, seconds: number): Room {
  let room: Room = { ...aRoom, turnover: turnoverAfter(aRoom, 50, 50, at(0)) };
  for (let t = everySeconds; t <= seconds; t += everySeconds) {
    room = { ...room, turnover: turnoverAfter(room, 100 - fans, fans, at(t)) };
  }
  return room;
}

describe('the turnover', () => {
  it('is not measured while places are free', () => {
    expect(turnoverAfter(aRoom, 0, 50, at(0))).toBeNull();
    expect(measuredTurnover(aRoom, at(0))).toBe(0);
  });
  it('does not count those who filled the room', () => {
    const room = measured(0, 1, 0);
    expect(room.turnover).toEqual({ since: start, admitted: [] });
    expect(measuredTurnover(room, at(20))).toBe(0);
  });
  it('is the fans let in per second in the last minute', () => {
    expect(measuredTurnover(measured(3, 1, 300), at(300))).toBeCloseTo(3, 0);
    expect(measuredTurnover(measured(1, 4, 300), at(300))).toBeCloseTo(0.25, 1);
  });
  it('is measured over what time there was', () => {
    expect(measuredTurnover(measured(2, 1, 20), at(20))).toBeCloseTo(2, 0);
    expect(measuredTurnover(measured(2, 1, 5), at(5))).toBe(0);
  });
  it('slows down when nobody is let in any more', () => {
    const room = measured(3, 1, 300);
    expect(measuredTurnover(room, at(330))).toBeLessThan(2);
    expect(measuredTurnover(room, at(400))).toBe(0);
  });
  it('stands still through a pause', () => {
    const room: Room = { ...measured(3, 1, 300), status: 'PAUSED' };
    expect(measuredTurnover(room, at(3_600))).toBeCloseTo(3, 0);
    expect(measuredTurnover(room, at(3_600))).toBe(measuredTurnover(room, at(301)));
  });
  it('begins anew after a time with free places', () => {
    const room = measured(3, 1, 300);
    expect(turnoverAfter(room, 50, 1, at(301))).toBeNull();
  });
  it('takes little room, however long it goes on', () => {
    expect(JSON.stringify(measured(100, 1, 3_600).turnover).length).toBeLessThan(450);
  });
});
