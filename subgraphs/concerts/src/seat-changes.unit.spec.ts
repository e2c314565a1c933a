import { isKept } from '@frontrow/kit/testing/garbage';
import type { Schedule } from './domain/concert.ts';
import type { SeatStatus } from './domain/seat.ts';
import { changesOf, RecentChanges } from './seat-changes.ts';
import { SeatStates } from './seat-states.ts';

const schedule = { id: 'a schedule' } as Schedule;
const seat = (rank: number, status: SeatStatus, version: number) => ({
  ...{ id: `seat ${String(rank)}`, rank, status, version },
});

describe('the recent changes of a seat map', () => {
  it('lead a client from the version that it knows to the map now, with the last state of each seat', () => {
    let states = SeatStates.of([], 0, []);
    const recent = new RecentChanges(0);
    const change = (version: number, ...changed: ReturnType<typeof seat>[]) => {
      const before = states.version;
      states = states.after(version, changed);
      recent.add(changesOf(schedule, before, states, changed));
    };
    change(1, seat(3, 'HELD', 1));
    change(3, seat(5, 'HELD', 1), seat(3, 'SOLD', 2));
    change(4, seat(5, 'AVAILABLE', 2));
    const shown = (version: number) => {
      const { since, changed } = recent.since(version, schedule, states);
      return { since, changed };
    };
    expect(shown(0)).toEqual({ since: 0, changed: [seat(3, 'SOLD', 2), seat(5, 'AVAILABLE', 2)] });
    expect(shown(3)).toEqual({ since: 3, changed: [seat(5, 'AVAILABLE', 2)] });
    expect(shown(4)).toEqual({ since: 4, changed: [] });
    recent.forget(4);
    expect(shown(3)).toEqual({ since: null, changed: [] });
  });

  it('do not keep the maps that they led to', async () => {
    const recent = new RecentChanges(0);
    const tell = () => {
      const states = SeatStates.of([], 0, []).after(1, [seat(0, 'HELD', 1)]);
      recent.add(changesOf(schedule, 0, states, [seat(0, 'HELD', 1)]));
      return new WeakRef(states);
    };
    expect(await isKept(tell())).toBe(false);
    expect(recent.since(0, schedule, SeatStates.of([], 1, [])).changed).toHaveLength(1);
  });
});
