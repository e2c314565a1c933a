import { consumerName, eventIdOf } from '../../events/src/broker.ts';
import { eventsBetween } from '../../events/src/routes.ts';
import { Client, Unanswered } from './client.ts';
import { serviceNames, startService } from './services.ts';
import type { Apis, OnHandled, Premises, ServiceName } from './services.ts';
import type { Faults } from './faults.ts';
import type { Mark } from './marks.ts';
import type { Mysql } from './mysql/server.ts';
import type { MemoryJetStream } from './world/jetstream.ts';
import { Process } from './world/process.ts';
import type { Actor, Scheduler } from './world/scheduler.ts';
import type { World } from './world/world.ts';

interface Replica {
  readonly process: Process;
  /** What it can be asked, once it has started. */
  api: Apis[ServiceName] | undefined;
}

/** All services, with one or two replicas of each. A replica that dies is started again, as an orchestrator would do. */
export class System implements World {
  readonly scheduler: Scheduler;
  readonly mysql: Mysql;
  readonly jetStream: MemoryJetStream;
  readonly faults: Faults;
  readonly reached = new Set<Mark>();
  readonly #premises: Premises;
  readonly #onHandled: OnHandled;
  readonly #replicas = new Set<Replica>();
  /** How many replicas there should be. */
  #wanted = 0;
  readonly onCommit: World['onCommit'];
  readonly operator: Client;

  constructor(
    given: Pick<World, 'scheduler' | 'mysql' | 'jetStream' | 'faults' | 'onCommit'>,
    premises: Premises,
    onHandled: OnHandled,
  ) {
    this.scheduler = given.scheduler;
    this.mysql = given.mysql;
    this.jetStream = given.jetStream;
    this.faults = given.faults;
    this.onCommit = given.onCommit;
    this.#premises = premises;
    this.#onHandled = onHandled;
    this.operator = new Client('the operator', this);
  }

  /** Whether every replica has started. */
  get isUp(): boolean {
    // A replica without its database can neither start nor be waited for.
    const needed = [...this.#replicas].filter(({ process }) => !this.faults.isAlone(process));
    const wanted = this.#wanted - (this.faults.alone === undefined ? 0 : 1);
    return needed.filter(({ api }) => api !== undefined).length === wanted;
  }

  /** What was on its way, or waited for a fan or the clock, when somebody last looked; undefined if the system was at rest. */
  get underWay(): string | undefined {
    const rows = (service: ServiceName, table: string, column: string, value: unknown) =>
      this.mysql.rows(service, table).filter((row) => row[column] === value);
    const row = [
      ...serviceNames.flatMap((service) => rows(service, 'outbox', 'published_at', null)),
      ...serviceNames.flatMap((service) => this.mysql.rows(service, 'republications')),
      ...rows('concerts', 'seats', 'status', 'HELD'),
      ...rows('reservations', 'reservations', 'status', 'PENDING'),
      ...rows('sagas', 'sagas', 'ended_at', null),
      ...this.#reservationsOfCancelledShows,
      ...this.#reservationsOfMovedShows,
    ][0];
    if (row !== undefined) return JSON.stringify(row);
    if (!this.isUp || !this.jetStream.isUp) return 'a process that starts';
    const unaware = serviceNames.find((service) => !this.#knowsTheStream(service));
    if (unaware !== undefined) return `the relays of ${unaware}, which have not noticed yet what was lost`;
    const { unattended } = this.jetStream;
    if (unattended !== undefined) return `the consumer ${unattended}, which has no subscriber yet`;
    return this.jetStream.unsettled > 0 ? 'a message' : this.#unheard;
  }

  get #reservationsOfCancelledShows() {
    const cancelled = this.mysql.rows('concerts', 'schedules').filter((row) => row['cancelled_at'] !== null);
    const ids = new Set(cancelled.map(({ id }) => id));
    return this.mysql
      .rows('reservations', 'reservations')
      .filter(({ schedule_id, status }) => ids.has(schedule_id) && status === 'CONFIRMED');
  }

  get #reservationsOfMovedShows() {
    const schedules = new Map(this.mysql.rows('concerts', 'schedules').map((row) => [row['id'], row]));
    const text = (value: unknown) => JSON.stringify(value);
    return this.mysql.rows('reservations', 'reservations').filter((row) => {
      const show = schedules.get(row['schedule_id']);
      if (row['status'] !== 'CONFIRMED' || show === undefined || show['moves'] === 0) return false;
      const isOld = row['refund_until'] !== null && text(row['refund_until']) !== text(show['refund_until']);
      return text(row['starts_at']) !== text(show['starts_at']) || isOld;
    });
  }

  /** An event that some consumer should handle and never got; undefined if there is none. */
  get #unheard(): string | undefined {
    for (const consumer of serviceNames) {
      const had = ['inbox', 'dead_letters'].flatMap((table) => this.mysql.rows(consumer, table));
      const known = new Set(had.map(({ consumer, event_id }) => `${String(consumer)} ${String(event_id)}`));
      for (const producer of serviceNames) {
        const types = new Set<unknown>(eventsBetween(producer, consumer));
        const missing = this.mysql
          .rows(producer, 'outbox')
          .find(
            ({ id, type }) =>
              types.has(type) && !known.has(`${consumerName(consumer, String(type))} ${String(id)}`),
          );
        if (missing !== undefined) return `for ${consumer}: ${JSON.stringify(missing)}`;
      }
    }
    return undefined;
  }

  /** Whether the relays of this service remember this stream, if they remember one at all. */
  #knowsTheStream(service: ServiceName): boolean {
    if (!this.jetStream.hasStream) return false;
    const [state] = this.mysql.rows(service, 'relay_state');
    const { created, messages } = this.jetStream.stream;
    if (state?.['stream_created_at'] !== created) return false;
    const { first_seq, last_seq, messages: count } = this.jetStream.state;
    if (count > 0 && last_seq - first_seq + 1 - count > Number(state['missing'])) return false;
    if (state['last_id'] === '') return true;
    const last = messages.get(Number(state['last_sequence']));
    return last !== undefined && last.isRotten !== true && eventIdOf(last.messageId) === state['last_id'];
  }

  get processes(): Process[] {
    return [...this.#replicas].map(({ process }) => process);
  }

  start(): void {
    for (const service of serviceNames) {
      const hasTwo = this.scheduler.random.chance(0.3) || this.faults.weather.alone === service;
      const count = hasTwo ? 2 : 1;
      this.#wanted += count;
      for (let replica = 0; replica < count; replica++) this.#startReplica(service, replica);
    }
  }

  /**
   * Asks a replica of the service, as the gateway does on behalf of a fan.
   * @throws Unanswered if nobody knows whether it was done
   */
  ask<Name extends ServiceName, Answer>(
    fan: Actor,
    service: Name,
    work: (api: Apis[Name]) => Promise<Answer>,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const answer = (give: () => void) => {
        this.scheduler.soon(fan, `an answer of ${service}`, give);
      };
      const fail = () => {
        answer(() => {
          reject(new Unanswered(`${service} did not answer`));
        });
      };
      const there = [...this.#replicas].filter(
        ({ process, api }) => process.service === service && process.isAlive && api !== undefined,
      );
      if (there.length === 0) {
        fail();
        return;
      }
      const { process, api } = this.scheduler.random.pick(this.#preferred(there));
      process.onCrash(fail);
      this.scheduler.soon(process, `a call of ${fan.name}`, () => {
        work(api as Apis[Name]).then(
          (value) => {
            if (this.faults.passage() === 'lost') fail();
            else
              answer(() => {
                resolve(value);
              });
          },
          (error: unknown) => {
            answer(() => {
              reject(error instanceof Error ? error : new Error(String(error)));
            });
          },
        );
      });
    });
  }

  /** Stops all replicas of a service for this time, in ms of the world. */
  freeze(service: ServiceName, ms: number): void {
    for (const process of this.processes)
      if (process.service === service) process.freeze(this.scheduler.now + ms);
  }

  /** The gateway asks replicas that report that they are ready. Now and then it has not heard yet that one is not. */
  #preferred(there: readonly Replica[]): readonly Replica[] {
    if (this.faults.alone === undefined) return there;
    const well = there.filter(({ process }) => !this.faults.isAlone(process));
    return well.length === 0 || this.scheduler.random.chance(0.1) ? there : well;
  }

  #startReplica(service: ServiceName, number: number): void {
    const { random } = this.scheduler;
    const { clockSkewMs } = this.faults.weather;
    const process = new Process(service, number, random.between(-clockSkewMs, clockSkewMs));
    const replica: Replica = { process, api: undefined };
    this.#replicas.add(replica);
    process.onCrash(() => {
      this.#replicas.delete(replica);
      this.scheduler.later(
        this.jetStream,
        `${process.name} starts again`,
        random.between(100, 20_000),
        () => {
          this.#startReplica(service, number);
        },
      );
    });
    this.scheduler.soon(process, 'its start', () => {
      startService(service, this.#premises, this.#onHandled).then(
        (api) => {
          replica.api = api;
        },
        () => {
          process.crash();
        },
      );
    });
  }
}
