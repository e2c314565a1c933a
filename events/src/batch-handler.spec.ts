import { jest } from '@jest/globals';
import type { JsMsg } from '@frontrow/kit/nats';
import { createLogger } from '@frontrow/kit/log';
import type { Logger } from '@frontrow/kit/log';
import { spansInMemory, traceparentOf } from '@frontrow/kit/testing/spans';
import { currentTraceparent, inTrace, newTraceparent } from '@frontrow/kit/trace';
import { BatchHandler } from './batch-handler.ts';
import { consumerName, ensureStream, streamName, subjectOf } from './broker.ts';
import { newId } from '@frontrow/kit/ids';
import { batchHandler, handler } from './handler.ts';
import type { Handler } from './handler.ts';
import type { EventEnvelope, NewEvent } from './contract.ts';
import { ticketEnded } from './contracts/queue.ts';
import { userRegistered } from './contracts/users.ts';
import { consumersOf } from './durables.ts';
import type { Transaction } from './outbox.ts';
import { emitted, published } from './testing.ts';
import { eventually } from './testing/eventually.ts';
import { startOwnBroker } from './testing/own-servers.ts';
import type { OwnServer } from './testing/own-servers.ts';
import { leaveEffect, registered, startReplica } from './testing/service.ts';
import type { TestReplica } from './testing/service.ts';

let nats: OwnServer;
let service: TestReplica;
beforeEach(async () => {
  nats = await startOwnBroker();
  service = await startReplica({ natsUrl: nats.url, ackWaitMs: 10_000 });
  await ensureStream(service.broker);
});
afterEach(async () => {
  await service.stop();
  await nats.end();
});

const ended = () => {
  const [ticketId, userId, concertId] = [newId(), newId(), newId()];
  return ticketEnded.about(ticketId, { ticketId, userId, concertId, reason: 'LEFT' });
};
const send = async (...events: NewEvent[]) => {
  for (const event of events) {
    const message = JSON.stringify(published(event));
    await service.broker.stream.publish(subjectOf(event.type, event.subject), message);
  }
};
const deadLetters = () => service.database.query<{ attempts: number }[]>('SELECT attempts FROM dead_letters');
const failures = () => service.database.query<object[]>('SELECT * FROM failed_attempts');

describe('a batch', () => {
  it('takes events of many types, and costs four statements and those of its handlers', async () => {
    const batches: string[][] = [];
    const statements: string[] = [];
    jest.spyOn(service.database.logger, 'logQuery').mockImplementation((sql) => void statements.push(sql));
    await send(...['a', 'b', 'c'].flatMap((name) => [ended(), registered(name)]));
    const note = async (what: string, count: number) => {
      batches.push([what, String(count)]);
      return Promise.resolve();
    };
    service.startConsumer(
      batchHandler(userRegistered, async (tx, events) => {
        await note('registered', events.length);
        tx.emit(registered('a consequence'));
      }),
      batchHandler(ticketEnded, (_, events) => note('ended', events.length)),
    );
    await eventually(() => expect(batches.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(6));
    await service.stopConsumers();
    const said = statements.map((sql) => sql.replace(/ \(.*/s, '')).join('; ');
    const transactions = said.split(/(?<=COMMIT); /);
    expect(transactions.length).toBeLessThan(6);
    const whole = 'START TRANSACTION; INSERT INTO inbox; INSERT INTO outbox; COMMIT';
    expect(transactions).toContain(whole);
    // Where nothing was emitted, there is nothing for the outbox.
    const withoutEvents = whole.replace(' INSERT INTO outbox;', '');
    for (const each of transactions) expect([whole, withoutEvents]).toContain(each);
  });

  it('is one for a function that handles several types, in the order in which the events came', async () => {
    const calls: string[][] = [];
    const handle = (_tx: Transaction, events: readonly EventEnvelope[]) => {
      calls.push(events.map(({ type }) => type));
      return Promise.resolve();
    };
    const handlers = [batchHandler(userRegistered, handle), batchHandler(ticketEnded, handle)];
    const arrivals = [registered('a'), ended(), registered('b')].map(published);
    const messages = arrivals.map((event) => ({
      subject: subjectOf(event.type, event.subject),
      string: () => JSON.stringify(event),
    }));
    const { outbox } = service;
    const log = createLogger('test', 'silent');
    const { signal } = new AbortController();
    const batch = new BatchHandler({
      ...{
        service: 'tested',
        handlers,
        outbox,
        log,
        signal,
        settle: () => undefined,
        onCommit: () => undefined,
      },
    });
    await batch.handle(messages as JsMsg[]);
    expect(calls).toEqual([['user.registered.v1', 'ticket.ended.v1', 'user.registered.v1']]);
  });

  it('is not held up by an event that waits for the lock of somebody else', async () => {
    await service.database.query(`INSERT INTO effects (name) VALUES ('locked')`);
    service.startConsumer(
      handler(userRegistered, async (tx, event) => {
        if (event.data.name === 'waits') {
          await tx.manager.query('SET SESSION innodb_lock_wait_timeout = 1');
          await tx.manager.query(`SELECT * FROM effects WHERE position = 1 FOR UPDATE`);
        }
        await leaveEffect.handle(tx, [event]);
      }),
    );
    const others = Array.from({ length: 20 }, (_, i) => `event ${String(i)}`);
    await service.database.transaction(async (manager) => {
      await manager.query('SELECT * FROM effects WHERE position = 1 FOR UPDATE');
      await send(...[...others.slice(0, 10), 'waits', ...others.slice(10)].map(registered));
      await eventually(async () =>
        expect((await service.effects()).toSorted()).toEqual([...others, 'locked'].toSorted()),
      );
    });
    await eventually(async () => expect(await service.effects()).toContain('waits'));
    expect(await failures()).toEqual([]);
  });
});

describe('the attempts of a handler', () => {
  it('are not the deliveries of the broker, which restarts raise as well', async () => {
    await consumersOf(service.broker, service.outbox, [userRegistered.type]);
    await send(registered('restarts'));
    const consumer = await service.broker.stream.consumers.get(
      streamName,
      consumerName('tested', userRegistered.type),
    );
    for (let restarts = 0; restarts < 4; restarts++) (await consumer.next())?.nak();
    let attempts = 0;
    service.startConsumer(
      handler(userRegistered, async (tx, event) => {
        if (++attempts === 1) throw new Error('once is forgiven');
        await leaveEffect.handle(tx, [event]);
      }),
    );
    await eventually(async () => expect(await service.effects()).toEqual(['restarts']));
    expect(await deadLetters()).toEqual([]);
    expect(await failures()).toEqual([]);
  });

  it('go on being counted by the next process', async () => {
    let attempts = 0;
    const broken = handler(userRegistered, () => {
      attempts++;
      return Promise.reject(new Error('broken'));
    });
    service.startConsumer(broken);
    await send(registered('hopeless'));
    await eventually(() => expect(attempts).toBe(2));
    await service.stopConsumers();
    service.startConsumer(broken);
    await eventually(async () => expect(await deadLetters()).toEqual([{ attempts: 5 }]));
    // One may have been under way when the process stopped, and was not counted.
    expect([5, 6]).toContain(attempts);
    expect(await failures()).toEqual([]);
  });
});

describe('the trace of an event', () => {
  /** Hands one event to a handler as often as the broker would, and tells what a collector and a log are told. */
  const handled = async (handle: Handler['handle'], deliveries: number) => {
    const { tracing, spans } = spansInMemory();
    const logged: object[] = [];
    const note = (about: object) => logged.push({ ...about, traceparent: currentTraceparent() });
    const event = { ...published(registered('traced')), traceparent: newTraceparent() };
    const batches = new BatchHandler({
      ...{
        service: 'tested',
        handlers: [{ contract: userRegistered, handle }],
        outbox: service.outbox,
        tracing,
      },
      ...{ log: { warn: note, error: note } as unknown as Logger, signal: new AbortController().signal },
      settle: (_message, tellBroker) => {
        tellBroker();
      },
      onCommit: () => undefined,
    });
    const nothing = () => undefined;
    for (let deliveryCount = 1; deliveryCount <= deliveries; deliveryCount++) {
      const message = {
        ...{ subject: subjectOf(event.type, event.subject), string: () => JSON.stringify(event) },
        ...{ redelivered: deliveryCount > 1, info: { deliveryCount } },
        ...{ ack: nothing, nak: nothing, term: nothing },
      };
      await batches.handle([message as unknown as JsMsg]);
    }
    return { event, spans: spans(), logged };
  };
  const above = (span: ReturnType<ReturnType<typeof spansInMemory>['spans']>[number]) =>
    span.parentSpanContext?.spanId;

  it('has each attempt, that it was given up, and what follows from that', async () => {
    const broken = () => Promise.reject(new Error('broken'));
    const { event, spans, logged } = await handled(broken, 5);
    const [, traceId, emitter] = event.traceparent.split('-');
    expect(spans.map(({ name, attributes }) => [name, attributes['frontrow.delivery']])).toEqual([
      ...[1, 2, 3, 4, 5].map((delivery) => ['handle user.registered.v1', delivery]),
      ['give up user.registered.v1', undefined],
    ]);
    for (const span of spans) {
      expect(span.status.message).toBe('broken');
      expect([span.spanContext().traceId, above(span)]).toEqual([traceId, emitter]);
      expect(span.attributes['frontrow.saga.id']).toBe(event.subject);
    }
    const givenUp = spans.at(-1);
    expect(givenUp?.attributes['frontrow.attempts']).toBe(5);
    // Whoever puts the purchase back does so in its trace.
    const [letter] = await emitted(service.outbox);
    expect(letter?.traceparent).toBe(givenUp && traceparentOf(givenUp));
    const names = { event: event.id, saga: event.subject };
    expect(logged).toMatchObject([1, 2, 3, 4, 5].map((attempts) => ({ ...names, attempts })));
    expect(logged.map((line) => (line as { traceparent?: string }).traceparent?.split('-')[1])).toEqual(
      Array.from({ length: 5 }, () => traceId),
    );
  });

  it('has a run that a deadlock rolled back, too', async () => {
    let runs = 0;
    const { spans } = await handled((tx, [event]) => {
      if (++runs === 1) return Promise.reject(Object.assign(new Error('deadlock'), { errno: 1213 }));
      return inTrace(event?.traceparent, () => {
        tx.emit(registered('what followed'));
        return Promise.resolve();
      });
    }, 1);
    expect(spans.map(({ status }) => status.message)).toEqual(['rolled back, and begun again', undefined]);
    const [, second] = spans;
    expect((await emitted(service.outbox)).map(({ traceparent }) => traceparent)).toEqual([
      second && traceparentOf(second),
    ]);
  });
});
