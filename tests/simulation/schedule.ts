import { onBehalfOf } from '@frontrow/events/operator-action';
import { eventIdOf } from '../../events/src/broker.ts';
import { replayDeadLetter } from '../../subgraphs/sagas/src/operations/replay-dead-letter.ts';
import { Fan, keepSomeBack, openSale, perhapsCancelShow, perhapsMoveShow } from './fans.ts';
import { Faults } from './faults.ts';
import { checkAtCommit, checkAtRest } from './invariants.ts';
import type { Mark } from './marks.ts';
import { Misfortune } from './misfortune.ts';
import type { Mysql } from './mysql/server.ts';
import type { Premises, ServiceName } from './services.ts';
import { System } from './system.ts';
import { enter } from './world/globals.ts';
import { MemoryJetStream } from './world/jetstream.ts';
import { Random } from './world/random.ts';
import { Scheduler } from './world/scheduler.ts';
import { inhabit } from './world/world.ts';

export interface Outcome {
  readonly seed: number;
  readonly steps: number;
  /** What went wrong; undefined if nothing did. */
  readonly failure: string | undefined;
  readonly reached: readonly Mark[];
  /** Of all steps, if it was asked for. */
  readonly digest?: string;
}

/** Longer than anything takes, in ms of the world: holds, compensation, an operator. */
const patienceMs = 6 * 3_600_000;
const mostSteps = 60_000;
/** How soon after the storm nothing may be under way any more, in ms of the world; also without the replica that has no database. */
const restMs = 3_600_000;
/** Long enough for sagas to notice that a purchase is stuck, and to request its compensation. */
const beforeRepairMs = 15 * 60_000;

/** Runs one schedule, which follows from the seed alone. */
export async function runSchedule(
  seed: number,
  mysql: Mysql,
  premises: Premises,
  trace?: (line: string) => void,
): Promise<Outcome> {
  const random = new Random(seed);
  const scheduler = new Scheduler(random, Date.UTC(2030, 0, 1), trace);
  const faults = new Faults(random, seed);
  await mysql.empty();
  const handled = new Map<string, number>();
  const jetStream = new MemoryJetStream(
    scheduler,
    () => faults.passage(),
    (consumer, messageId) => {
      const eventId = eventIdOf(messageId);
      const meets = messageId !== eventId && handled.has(`${consumer} of ${eventId}`);
      if (meets) system.reached.add('a replay that met what its original had done');
    },
  );
  const stop = (error: unknown) => {
    scheduler.failure ??= error as Error;
  };
  const onCommit = (database: string) => checkAtCommit(database as ServiceName, mysql).catch(stop);
  const system = new System(
    { scheduler, mysql, jetStream, faults, onCommit },
    premises,
    (consumer, eventId) => {
      const what = `${consumer} of ${eventId}`;
      handled.set(what, (handled.get(what) ?? 0) + 1);
    },
  );
  enter(scheduler);
  inhabit(system);
  process.on('unhandledRejection', stop);
  const outcome = (failure: string | undefined): Outcome => ({
    ...{ seed, steps: scheduler.steps, failure },
    reached: [...system.reached],
  });
  try {
    await live(system, handled);
    await mysql.look();
    if (mysql.rows('payments', 'payments').some((row) => row['refund_reason'] === 'HOLD_EXPIRED'))
      system.reached.add('a payment that crossed the expiry');
    return outcome(undefined);
  } catch (error) {
    return outcome(((error as Error).stack ?? String(error)).replace(/^Error: /, ''));
  } finally {
    process.off('unhandledRejection', stop);
    enter(undefined);
    inhabit(undefined);
  }
}

async function live(system: System, handled: ReadonlyMap<string, number>): Promise<void> {
  const { scheduler, faults } = system;
  const { random } = scheduler;
  const endsAt = scheduler.now + patienceMs;
  const until = async (what: string, isSo: () => boolean, at = endsAt) => {
    const isLate = () => scheduler.now >= at || scheduler.steps >= mostSteps;
    await scheduler.run(() => isLate() || isSo());
    if (!isLate()) return;
    await system.mysql.look();
    throw new Error(`this did not happen: ${what}; under way: ${system.underWay ?? 'nothing'}`);
  };
  const finished = async <T>(what: string, work: Promise<T>, at = endsAt): Promise<T> => {
    let outcome: { value: T } | undefined;
    work.then(
      (value) => {
        outcome = { value };
      },
      (error: unknown) => {
        scheduler.failure ??= error as Error;
      },
    );
    await until(what, () => outcome !== undefined, at);
    return (outcome as unknown as { value: T }).value;
  };

  system.start();
  await until('all services run', () => system.isUp);
  const show = await finished('the sale is open', openSale(system));

  const fans = Array.from({ length: random.between(2, 3) }, (_, i) => new Fan(`fan ${i + 1}`, system, show));
  const misfortune = new Misfortune(system, random.between(60, 600) * 1_000);
  await finished(
    'everybody went home',
    Promise.all([
      misfortune.strike(),
      keepSomeBack(system, show),
      perhapsCancelShow(system, show),
      perhapsMoveShow(system, show),
      ...fans.map((fan) => fan.visit()),
    ]),
  );
  // Everything that is possible without the database of that one replica must be done before it has its database back.
  if (faults.alone !== undefined)
    await finished('the sale went on without one replica', rest(system), scheduler.now + restMs);
  faults.alone = undefined;

  // An event that a consumer cannot handle may stop its purchase until the repair. Otherwise everything is completed without one.
  if (faults.needsRepair) await finished('time passed', scheduler.pause(system.operator, beforeRepairMs));
  else await finished('the system came to rest', rest(system), scheduler.now + restMs);

  // What is finished must stay finished, so the clocks go on.
  if (random.chance(0.2)) await finished('time passed', scheduler.pause(system.operator, beforeRepairMs));

  faults.repair();
  await system.mysql.look();
  const letters = system.mysql.rows('sagas', 'reported_dead_letters');
  for (const letter of letters) {
    const replay = system.operator.ask('sagas', (sagas) =>
      replayDeadLetter(sagas, onBehalfOf('COMMAND', 'replayDeadLetter'), letter['id'] as string),
    );
    await finished('it was replayed', replay);
  }
  await finished('the system came to rest after the repair', rest(system), scheduler.now + restMs);
  await system.mysql.look();
  checkAtRest({ system, books: fans.map(({ book }) => book), handled });
}

/** Waits until nothing is under way. The periodic looks of idle services never end, so they do not count. */
async function rest(system: System): Promise<void> {
  for (;;) {
    await system.mysql.look();
    if (system.underWay === undefined) return;
    await system.scheduler.pause(system.operator, 20_000);
  }
}
