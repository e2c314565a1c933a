import type { EntityManager } from 'typeorm';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import { insertMissingRows, updateRows } from '@frontrow/kit/many-rows';
import { invariants } from '../domain/broken-invariant.ts';
import type { Invariant } from '../domain/broken-invariant.ts';
import type { Saga, SagaStatus } from '../domain/saga.ts';

const columns = `id, type, user_id AS userId, status, started_at AS startedAt, updated_at AS updatedAt,
  ended_at AS endedAt, waits_until AS waitsUntil`;

/**
 * Locks sagas, some of which may be new, so that one transaction at a time adds their steps and works out where they stand.
 * @param ids sorted, so that two transactions do not wait for each other
 */
export const lockSagas = (manager: EntityManager, ids: readonly string[]): Promise<void> =>
  insertMissingRows(
    manager,
    'sagas',
    ids.map((id) => ({ id })),
  );

/** Whether anything is due about any saga; reads without locks. */
export async function lookAtWork(
  manager: EntityManager,
  now: Date,
): Promise<{ isDue: boolean; hasDeadLetters: boolean }> {
  const [row] = await manager.query<Record<'due' | 'letters', string | number>[]>(
    `SELECT EXISTS (SELECT 1 FROM sagas WHERE due_at <= ?) AS due,
            EXISTS (SELECT 1 FROM dead_letters WHERE event_type = ?) AS letters`,
    [now, consumerDeadLettered.type],
  );
  return { isDue: Number(row?.due) === 1, hasDeadLetters: Number(row?.letters) === 1 };
}

/** Locks up to `count` sagas about which something is due now; leaves out those that another transaction has locked. */
export async function lockDue(manager: EntityManager, now: Date, count: number): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    'SELECT id FROM sagas WHERE due_at <= ? ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED',
    [now, count],
  );
  return rows.map(({ id }) => id);
}

export interface WorkedOut {
  readonly saga: Saga;
  /** When something is due about the saga if no step arrives first. */
  readonly dueAt: Date | null;
  readonly breaks: Invariant | null;
}

/** Stores sagas that this transaction has locked. */
export const storeSagas = (manager: EntityManager, worked: readonly WorkedOut[]): Promise<void> =>
  updateRows(
    manager,
    'sagas',
    'id',
    worked.map(
      ({ saga: { id, userId, status, startedAt, updatedAt, endedAt, waitsUntil }, dueAt, breaks }) => ({
        ...{ id, user_id: userId, status, started_at: startedAt, updated_at: updatedAt },
        ...{ ended_at: endedAt, waits_until: waitsUntil, due_at: dueAt, breaks },
      }),
    ),
  );

export const findSagas = (manager: EntityManager, ids: readonly string[]): Promise<Saga[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : manager.query(`SELECT ${columns} FROM sagas WHERE id IN (?)`, [ids]);

/** Those of the ids that belong to known sagas. */
export async function findArrived(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
  const sagas = await findSagas(manager, ids);
  return sagas.map(({ id }) => id);
}

export interface PageOf<Status> {
  readonly status: Status | undefined;
  /** Only those made before this one. */
  readonly before: string | undefined;
  readonly count: number;
}

/** Newest first: ids are UUIDv7, so their order is that of creation. */
export function findSagaPage(manager: EntityManager, page: PageOf<SagaStatus>): Promise<Saga[]> {
  const { where, values } = conditions(page);
  return manager.query(`SELECT ${columns} FROM sagas ${where} ORDER BY id DESC LIMIT ?`, values);
}

/** The WHERE of a page, and the values of its placeholders and of that of LIMIT. */
export function conditions({ status, before, count }: PageOf<string>) {
  const given = [
    ...(status === undefined ? [] : [{ sql: 'status = ?', value: status }]),
    ...(before === undefined ? [] : [{ sql: 'id < ?', value: before }]),
  ];
  return {
    where: given.length === 0 ? '' : `WHERE ${given.map(({ sql }) => sql).join(' AND ')}`,
    values: [...given.map(({ value }) => value), count],
  };
}

/** How many purchases there are in each of these statuses. */
export async function countByStatus(
  manager: EntityManager,
  statuses: readonly SagaStatus[],
): Promise<ReadonlyMap<SagaStatus, number>> {
  const rows = await manager.query<{ status: SagaStatus; count: string | number }[]>(
    `SELECT status, COUNT(*) AS count FROM sagas FORCE INDEX (sagas_by_status)
     WHERE status IN (?) GROUP BY status`,
    [statuses],
  );
  const counts = new Map(rows.map(({ status, count }) => [status, Number(count)]));
  return new Map(statuses.map((status) => [status, counts.get(status) ?? 0]));
}

/** How many purchases break each invariant. */
export async function countByBroken(manager: EntityManager): Promise<ReadonlyMap<Invariant, number>> {
  const rows = await manager.query<{ breaks: Invariant; count: string | number }[]>(
    'SELECT breaks, COUNT(*) AS count FROM sagas FORCE INDEX (sagas_breaks) WHERE breaks IN (?) GROUP BY breaks',
    [invariants],
  );
  const counts = new Map(rows.map(({ breaks, count }) => [breaks, Number(count)]));
  return new Map(invariants.map((invariant) => [invariant, counts.get(invariant) ?? 0]));
}
