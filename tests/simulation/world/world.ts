import type { Faults } from '../faults.ts';
import type { Mark } from '../marks.ts';
import type { Mysql } from '../mysql/server.ts';
import type { MemoryJetStream } from './jetstream.ts';
import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** One schedule's world. */
export interface World {
  readonly scheduler: Scheduler;
  readonly mysql: Mysql;
  readonly jetStream: MemoryJetStream;
  readonly faults: Faults;
  /** The processes that were started and have not died. */
  readonly processes: readonly Process[];
  /** Called with each commit to a database. */
  readonly onCommit: (database: string) => Promise<void>;
  /** Of what schedules are there to reach, all that this one has reached. */
  readonly reached: Set<Mark>;
}

let world: World | undefined;

/**
 * Sets the current world. Schedules run one after the other, and the services' libraries (driver, client) ask here for their
 * world.
 */
export function inhabit(next: World | undefined): void {
  world = next;
}

export const isInhabited = (): boolean => world !== undefined;

export function theWorld(): World {
  if (world === undefined) throw new Error('there is no world');
  return world;
}

/** The process whose step it is. */
export function currentProcess(): Process {
  const { scheduler, processes } = theWorld();
  const process = processes.find((one) => one === scheduler.current);
  if (process === undefined) throw new Error(`${scheduler.current?.name ?? 'nobody'} is not a process`);
  return process;
}
