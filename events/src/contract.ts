import { z } from 'zod';

/** What an operation emits: the outbox adds id, time and source. `subject` is the saga's or aggregate's id. */
export interface NewEvent<Data = unknown> {
  readonly type: string;
  readonly subject: string;
  readonly data: Data;
}

/** One event type: its name, its validator, and a maker whose data is checked by the compiler. */
export interface EventContract<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: z.ZodType<Data>;
  /** Fields that say something about a person, by which they could be found. They are cleared when the account is deleted. */
  readonly personal: readonly string[];
  /** Makes an event about `subject`. Pure: the outbox adds id and time when it stores the event. */
  about(subject: string, data: Data): NewEvent<Data>;
}

/** The data of a contract: `DataOf<typeof seatsHeld>`. */
export type DataOf<Contract> = Contract extends EventContract<string, infer Data> ? Data : never;

/**
 * An event as it travels: CloudEvents 1.0 in structured JSON mode, with the distributed tracing extension.
 * Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface EventEnvelope<Data = unknown> {
  readonly specversion: '1.0';
  /** The outbox row's id (UUIDv7), and the message's `Nats-Msg-Id`. */
  readonly id: string;
  /** The service that published it, e.g. `/frontrow/payments`. */
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly traceparent?: string | undefined;
  readonly data: Data;
}

/** An envelope whose data fits `Contract`: `EventOf<typeof seatsHeld>`. */
export type EventOf<Contract> = EventEnvelope<DataOf<Contract>>;

/**
 * Declares an event type. A contract never changes in a breaking way: new fields are optional, and any other change is a new version
 * with a new type. Readers ignore fields that they do not know.
 */
export function defineEvent<const Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
  { personal = [] }: { readonly personal?: readonly (keyof Shape & string)[] } = {},
): EventContract<Type, z.infer<z.ZodObject<Shape>>> {
  const data = z.object(shape) as unknown as z.ZodType<z.infer<z.ZodObject<Shape>>>;
  return { type, data, personal, about: (subject, value) => ({ type, subject, data: value }) };
}

export const envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1).max(64),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  traceparent: z.string().optional(),
  data: z.unknown(),
});

/**
 * A message as the event that it should be.
 * @throws when it is no event, one of another type, or one that breaks its contract
 */
export function readEvent({ type, data }: EventContract, message: unknown): EventEnvelope {
  const event = envelope.parse(message);
  if (event.type !== type) throw new Error(`${event.type} was published as ${type}`);
  return { ...event, data: data.parse(event.data) };
}
