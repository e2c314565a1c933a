import type { EntityManager } from 'typeorm';

// What a replica reads to learn a line. Two reads see the line at two moments, so a replica that needs all of it reads the version first,
// then the line, then what has changed since that version.

/** The version of a room's line; null when there is no such room. */
export async function lineVersion(manager: EntityManager, concertId: string): Promise<number | null> {
  const [row] = await manager.query<{ version: number }[]>('SELECT version FROM rooms WHERE concert_id = ?', [
    concertId,
  ]);
  return row?.version ?? null;
}

/** Up to `limit` waiting numbers above `after`, in order. */
export async function waitingNumbers(
  manager: EntityManager,
  concertId: string,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await manager.query<{ number: number }[]>(
    `SELECT number FROM tickets FORCE INDEX (tickets_line)
     WHERE concert_id = ? AND status = 'WAITING' AND number > ? ORDER BY number LIMIT ?`,
    [concertId, after, limit],
  );
  return rows.map(({ number }) => number);
}

/** The tickets that have joined or left the line after that version, as they are now. */
export async function movedSince(
  manager: EntityManager,
  concertId: string,
  version: number,
): Promise<{ number: number; isWaiting: boolean; version: number }[]> {
  const rows = await manager.query<{ number: number; status: string; line_version: number }[]>(
    `SELECT number, status, line_version FROM tickets FORCE INDEX (tickets_line_version)
     WHERE concert_id = ? AND line_version > ?`,
    [concertId, version],
  );
  return rows.map(({ number, status, line_version }) => ({
    number,
    isWaiting: status === 'WAITING',
    version: line_version,
  }));
}

/** The rooms in which somebody waits. */
export async function roomsWithLines(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ concert_id: string }[]>(
    'SELECT concert_id FROM rooms WHERE waiting > 0',
  );
  return rows.map((row) => row.concert_id);
}
