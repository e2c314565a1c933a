import { LastKept } from '@frontrow/kit/minutes';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { holdSeats, openHall, putOnSale } from '../testing/hall.ts';
import type { Hall } from '../testing/hall.ts';
import { keepScheduleMinutes } from './schedule-minutes.ts';

let hall: Hall;
beforeAll(async () => {
  hall = await openHall();
});
afterAll(() => hall.close());

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const keep = (minutes: number) =>
  keepScheduleMinutes(hall.outbox.database.manager, new LastKept(), minutesAgo(minutes));
const look = async (viewer: Viewer | null, id: string): Promise<any> => {
  const query = `query ($id: ID!) {
    schedule(id: $id) { sections { name available held sold } history(minutes: 4) { at held sold } }
  }`;
  return (await hall.replicas[0].execute(viewer, query, { id })).data.schedule;
};

describe('the history of a schedule', () => {
  it('has how many seats were held and sold in each minute, and how many are now', async () => {
    const { concertId, scheduleId, seats } = await putOnSale(hall);
    const hold = async (...places: number[]) => {
      const fan = aFan();
      const admissionToken = await hall.admit(fan, concertId);
      const seatIds = places.map((place) => seats[place]?.id);
      await holdSeats(hall.replicas[0], fan, { scheduleId, seatIds, admissionToken });
    };
    await hold(0, 1);
    await keep(2);
    await hold(2);
    const { sections, history } = await look(anOperator(), scheduleId);
    const minutes = history.map(({ held, sold }: any) => [held, sold]);
    expect(minutes.pop()).toEqual([3, 0]);
    // Two minutes before this one, or three if a minute has just ended.
    expect([2, 3]).toContain(minutes.length);
    for (const minute of minutes) expect(minute).toEqual([2, 0]);
    expect(sections).toEqual([{ name: 'A', available: 97, held: 3, sold: 0 }]);
  });

  it('is for operators only, and not recorded before sales open', async () => {
    const { scheduleId } = await putOnSale(hall, {
      concert: { salesOpenAt: new Date(Date.now() + 60_000).toISOString() },
    });
    await keep(1);
    expect((await look(aFan(), scheduleId)).history).toBeNull();
    expect((await look(null, scheduleId)).history).toBeNull();
    expect((await look(anOperator(), scheduleId)).history).toMatchObject([{ held: 0, sold: 0 }]);
  });
});
