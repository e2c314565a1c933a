import { findConflicts, findShownAdmissions } from '../storage/admissions.ts';
import { countAdmitted, countTickets } from '../storage/door-list.ts';
import type { DoorPage, Place } from '../storage/door-list.ts';
import type { DoorListResolvers } from './types.generated.ts';

/** How many changes a page has. */
export const pageOfChanges = 5_000;
/** How long after it was noted a change may become visible, in ms, because that happens only when its transaction ends. */
const lateMs = 60_000;
const conflictsShown = 100;

export const beginning: Place = { notedAt: new Date(0), ticketId: '' };

/** @returns undefined if the text is not a cursor */
export function placeOf(key: string): Place | undefined {
  const [, ms, ticketId] = /^(\d{1,15}) ([0-9a-f-]{0,36})$/.exec(key) ?? [];
  return ms === undefined || ticketId === undefined ? undefined : { notedAt: new Date(Number(ms)), ticketId };
}

/** After the last page, the changes are asked for again whose transactions may not have ended. */
function cursorAfter({ changes, hasMore, asOf }: DoorPage): string {
  const last = changes.at(-1);
  const [at, id] =
    hasMore && last !== undefined ? [last.notedAt.getTime(), last.ticketId] : [asOf.getTime() - lateMs, ''];
  return Buffer.from(`${String(at)} ${id}`).toString('base64url');
}

const doorsOf = ({ changes }: DoorPage) => [
  ...new Set(changes.flatMap(({ door }) => (door === null ? [] : [door]))),
];

function changesOf(page: DoorPage): string[] {
  const doors = new Map(doorsOf(page).map((door, index) => [door, index.toString(36)]));
  return page.changes.map(({ ticketId, at, door }) => {
    const id = Buffer.from(ticketId.replaceAll('-', '').slice(16), 'hex').toString('base64url');
    const seconds = Math.floor(at.getTime() / 1_000).toString(36);
    return door === null ? `${id}V${seconds}` : `${id}A${seconds}.${doors.get(door) ?? ''}`;
  });
}

export const DoorList: DoorListResolvers = {
  changes: changesOf,
  doors: doorsOf,
  cursor: cursorAfter,
  ticketCount: ({ scheduleId }, _args, { outbox }) => countTickets(outbox.database.manager, scheduleId),
  entriesFrom: ({ entriesFrom }) => entriesFrom ?? null,
  admittedCount: ({ scheduleId, entriesFrom }, _args, { outbox }) =>
    countAdmitted(outbox.database.manager, scheduleId, entriesFrom),
  conflicts: async ({ scheduleId, entriesFrom }, _args, { outbox: { database } }) => {
    const conflicts = await findConflicts(database.manager, scheduleId, conflictsShown, entriesFrom);
    const ids = conflicts.map(({ ticketId }) => ticketId);
    const entered = await findShownAdmissions(database.manager, ids, entriesFrom);
    const of = new Map(entered.map((admission) => [admission.ticketId, admission]));
    return conflicts.map((conflict) => ({ ...conflict, admission: of.get(conflict.ticketId) ?? null }));
  },
};
