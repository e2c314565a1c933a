import type { Metrics } from '@frontrow/kit/metrics';
import type { EntityManager } from 'typeorm';
import { countByRoom } from './storage/rooms.ts';

/** The most rooms that are measured: each is a label's value, which Prometheus keeps for weeks. */
const mostRooms = 100;

/** Measures how many fans wait and how many are admitted, by concert. */
export function measureRooms(manager: EntityManager, metrics: Metrics): void {
  metrics.gauges(['frontrow_room_waiting', 'frontrow_room_admitted'], async () => {
    const rooms = await countByRoom(manager, mostRooms);
    return rooms.flatMap(
      ({ concertId, waiting, admitted }) =>
        [
          ['frontrow_room_waiting', waiting, concertId],
          ['frontrow_room_admitted', admitted, concertId],
        ] as const,
    );
  });
}
