import { affectedRows, isDuplicate } from '@frontrow/kit/database';
import type { EntityManager } from 'typeorm';
import type { Drawing, Hall } from '../domain/hall.ts';

/** A hall without its drawing. */
export type HallSummary = Pick<Hall, 'id' | 'name' | 'version' | 'seats' | 'savedAt'>;

const columns = 'id, name, version, seats, saved_at AS savedAt';

/** All halls by name. */
export const findHalls = (manager: EntityManager, limit: number): Promise<HallSummary[]> =>
  manager.query(`SELECT ${columns} FROM halls ORDER BY name, id LIMIT ?`, [limit]);

/** Those of these halls that exist, with their drawings, in any order. */
export async function findDrawnHalls(manager: EntityManager, ids: readonly string[]): Promise<Hall[]> {
  if (ids.length === 0) return [];
  const rows = await manager.query<(HallSummary & { drawing: string })[]>(
    `SELECT ${columns}, drawing FROM halls WHERE id IN (?)`,
    [ids],
  );
  return rows.map(({ drawing, ...summary }) => ({ ...summary, ...(JSON.parse(drawing) as Drawing) }));
}

export const findHall = async (manager: EntityManager, id: string): Promise<Hall | null> =>
  (await findDrawnHalls(manager, [id]))[0] ?? null;

const drawingOf = ({ stage, sections }: Hall) => JSON.stringify({ stage, sections });

/** @returns whether the hall is new; false if there is one with this id */
export async function insertHall(manager: EntityManager, hall: Hall): Promise<boolean> {
  const { id, name, version, seats, savedAt } = hall;
  try {
    await manager.query(
      'INSERT INTO halls (id, name, version, seats, drawing, saved_at) VALUES (?, ?, ?, ?, ?, ?)',
      [id, name, version, seats, drawingOf(hall), savedAt],
    );
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** @returns whether the stored hall was the version before this one */
export async function updateHall(manager: EntityManager, hall: Hall): Promise<boolean> {
  const { id, name, version, seats, savedAt } = hall;
  const result: unknown = await manager.query(
    'UPDATE halls SET name = ?, version = ?, seats = ?, drawing = ?, saved_at = ? WHERE id = ? AND version = ?',
    [name, version, seats, drawingOf(hall), savedAt, id, version - 1],
  );
  return affectedRows(result) === 1;
}
