import type { EntityManager } from 'typeorm';
import { handler } from './handler.ts';
import type { EventEnvelope } from './contract.ts';
import { allContracts } from './contracts/all.ts';
import { consumerDeadLettered } from './contracts/delivery.ts';
import { userDeleted } from './contracts/users.ts';

/** Replaces personal data, because contracts may require a text that is not empty. */
export const forgotten = '(deleted)';

/** A report of a dead letter has the message that could not be handled. */
const personalTypes = [
  ...allContracts.filter(({ personal }) => personal.length > 0).map(({ type }) => type),
  consumerDeadLettered.type,
];
const personalFields = new Map(allContracts.map(({ type, personal }) => [type, personal]));

/**
 * Every service removes personal data about a deleted user from its events, because it may publish them again, from its dead
 * letters, and from the reports of these.
 */
export const forgetUsers = handler(userDeleted, (tx, { data }) => forgetEventsAbout(tx.manager, data.userId));

/** Events with personal fields have the user as their subject. */
export async function forgetEventsAbout(manager: EntityManager, userId: string): Promise<void> {
  const published = await manager.query<{ id: string; envelope: string }[]>(
    'SELECT id, envelope FROM outbox WHERE subject = ? AND type IN (?) FOR UPDATE',
    [userId, personalTypes],
  );
  for (const { id, envelope } of published) {
    const text = JSON.stringify(withoutPerson(JSON.parse(envelope), userId));
    await manager.query('UPDATE outbox SET envelope = ? WHERE id = ?', [text, id]);
  }
  const deadLetters = await manager.query<{ id: string; event: string }[]>(
    'SELECT id, event FROM dead_letters WHERE event_type IN (?) AND event LIKE ?',
    [personalTypes, `%${userId}%`],
  );
  for (const { id, event } of deadLetters) {
    const text = JSON.stringify(withoutPerson(JSON.parse(event), userId));
    if (text !== event) await manager.query('UPDATE dead_letters SET event = ? WHERE id = ?', [text, id]);
  }
}

/** The message, which may be anything, without its personal data if it is about this user. */
export function withoutPerson(message: unknown, userId: string): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { type, subject, data } = message as Partial<EventEnvelope<Record<string, unknown>>>;
  if (subject !== userId || type === undefined || typeof data !== 'object') return message;
  if (type === consumerDeadLettered.type) {
    return { ...message, data: { ...data, event: withoutPerson(data['event'], userId) } };
  }
  const gone = (personalFields.get(type) ?? []).filter((field) => field in data);
  return { ...message, data: { ...data, ...Object.fromEntries(gone.map((field) => [field, forgotten])) } };
}
