import type { Msg } from '@frontrow/kit/nats';
import { z } from 'zod';
import { newId } from '@frontrow/kit/ids';
import type { Logger } from '@frontrow/kit/log';
import type { Broker } from './broker.ts';
import type { Outbox } from './outbox.ts';
import { batchSize, publishRows, rowColumns } from './publish-rows.ts';
import type { OutboxRow } from './publish-rows.ts';
import { eventsBetween } from './routes.ts';
import { isService, services } from './services.ts';
import type { ServiceName } from './services.ts';

/*
 * A service that handles another one's events may ask it, on core NATS, what it has published, and to publish some of that once more. Question
 * and answer have subjects that begin with the name of their sender, under which nobody else may publish. So each side knows who the other is.
 */

/** What `consumer` asks `producer`. */
export const questionsOf = (consumer: ServiceName, producer: ServiceName): string =>
  `${consumer}.asks.${producer}`;
/** The prefix of the answers' subjects; an id for each question follows. */
export const answersTo = (consumer: ServiceName, producer: ServiceName): string =>
  `${producer}.answers.${consumer}`;

/** How many rows of an outbox one answer covers. */
const pageSize = 2_000;
/** Events younger than this, in ms, may still be on their way, or their rows may not be marked yet: `mostMsToMark` of the relay. */
const settledAfterMs = 12_000;
/** How long an answer is waited for, in ms. */
const patienceMs = 5_000;

/** A place in the order in which a service published its events. */
export interface Place {
  /** ms since 1970 */
  readonly at: number;
  /** The row's place in the outbox, among those of the same ms; 0 is before all of them. */
  readonly position: number;
}

const place = z.object({ at: z.number(), position: z.number() });
const published = place.extend({ id: z.string(), type: z.string() });
export type Published = z.infer<typeof published>;

const question = z.union([
  z.object({ types: z.array(z.string()), after: place }),
  z.object({ publish: z.array(z.uuid()).max(pageSize) }),
]);
type Question = z.infer<typeof question>;

const page = z.object({
  events: z.array(published),
  /** The place up to which the producer has looked. */
  reached: place,
  /** Whether nothing more is old enough. */
  isLast: z.boolean(),
});
type Page = z.infer<typeof page>;

/** Answers the consumers of this service's events until the connection closes; one replica answers each question. */
export function answerAboutPublished(outbox: Outbox, broker: Broker, log: Logger): void {
  const { service } = broker;
  if (!isService(service)) return;
  for (const consumer of services) {
    const types = eventsBetween(service, consumer);
    if (types.length === 0) continue;
    const answer = async (message: Msg) => {
      // A reply to another subject would be sent in this service's name.
      if (message.reply?.startsWith(`${answersTo(consumer, service)}.`) !== true) return;
      const asked = question.parse(message.json());
      const answered =
        'publish' in asked
          ? await publishOnceMore(outbox, broker, types, asked.publish)
          : await pageOf(outbox, types, asked);
      message.respond(JSON.stringify(answered));
    };
    broker.connection.subscribe(questionsOf(consumer, service), {
      queue: service,
      callback: (error, message) => {
        if (error !== null) return;
        // The consumer gets no answer, and asks again.
        answer(message).catch((failure: unknown) => {
          log.warn({ err: failure, consumer }, 'a question about what was published was not answered');
        });
      },
    });
  }
}

type PublishedRow = Pick<OutboxRow, 'id' | 'type' | 'position'> & { readonly published_at: Date };

async function pageOf(
  { database }: Outbox,
  types: readonly string[],
  asked: Extract<Question, { types: unknown }>,
): Promise<Page> {
  const { at, position } = asked.after;
  const settledAt = Date.now() - settledAfterMs;
  const rows = await database.query<PublishedRow[]>(
    `SELECT id, type, published_at, position FROM outbox FORCE INDEX (outbox_unpublished)
     WHERE published_at >= ? AND published_at < ? AND (published_at > ? OR position > ?)
     ORDER BY published_at, position LIMIT ${String(pageSize)}`,
    [new Date(at), new Date(settledAt), new Date(at), position],
  );
  const all = rows.map((row): Published => ({
    id: row.id,
    type: row.type,
    at: row.published_at.getTime(),
    position: Number(row.position),
  }));
  const wanted = new Set(asked.types.filter((type) => types.includes(type)));
  return {
    events: all.filter(({ type }) => wanted.has(type)),
    // The place moves on even where nothing was published, or the same stretch would be searched again and again.
    reached: all.at(-1) ?? (at < settledAt ? { at: settledAt, position: 0 } : asked.after),
    isLast: all.length < pageSize,
  };
}

async function publishOnceMore(
  { database }: Outbox,
  broker: Broker,
  types: readonly string[],
  ids: readonly string[],
): Promise<{ published: number }> {
  let count = 0;
  const publication = newId();
  for (let start = 0; start < ids.length; start += batchSize) {
    const rows = await database.query<OutboxRow[]>(
      `SELECT ${rowColumns} FROM outbox WHERE id IN (?) AND type IN (?) AND published_at IS NOT NULL`,
      [ids.slice(start, start + batchSize), types],
    );
    const { acknowledged, failure } = await publishRows(broker, rows, publication);
    if (failure !== undefined) throw failure;
    count += acknowledged.length;
  }
  return { published: count };
}

/**
 * Asks `producer` for the next of its events of these types, in the order in which they were published.
 * @throws when it does not answer
 */
export async function askForPublished(
  broker: Broker,
  producer: ServiceName,
  types: readonly string[],
  after: Place,
): Promise<Page> {
  return page.parse(await ask(broker, producer, { types: [...types], after }));
}

/**
 * Has `producer` publish these events once more. @throws when it does not confirm that
 */
export async function askToPublish(broker: Broker, producer: ServiceName, ids: string[]): Promise<void> {
  await ask(broker, producer, { publish: ids });
}

async function ask(
  { connection, service }: Broker,
  producer: ServiceName,
  asked: Question,
): Promise<unknown> {
  const consumer = service as ServiceName;
  const answer = await connection.request(questionsOf(consumer, producer), JSON.stringify(asked), {
    noMux: true,
    reply: `${answersTo(consumer, producer)}.${newId()}`,
    timeout: patienceMs,
  });
  return answer.json();
}
