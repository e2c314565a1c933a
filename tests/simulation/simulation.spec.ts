import { findMariadb } from '../../stack/src/servers/programs.ts';
import { bundleWorker } from './bundle.ts';
import { marks } from './marks.ts';
import { stopServers } from './mysql/start.ts';
import type { Outcome } from './schedule.ts';
import { search } from './search.ts';
import { simulate } from './simulate.ts';
import { variants } from './variants.ts';

// As many as `npm test` has time for. FRONTROW_SCHEDULES=100000 runs more, and so does `npm run simulate`.
const schedules = Number(process.env['FRONTROW_SCHEDULES'] ?? 30);

/** A mark or a variant that is not seen in this many schedules counts as not found. */
const enough = 2_000;

/** Within `npm test` it shares the machine, so this is only for what never ends. */
const timeLimit = 1_200_000;

// Most marks and variants need one schedule, which takes about as long as starting a worker. So each has one worker, and as many tests as
// there are processors run at a time: see jest.config.js.
const workers = 1;

let bundling: Promise<string> | undefined;
/** The bundle without mistakes. It must not be written while a worker reads it. */
const services = () => (bundling ??= bundleWorker('services'));

(findMariadb() === undefined ? describe.skip : describe)('the simulation (skipped without MariaDB)', () => {
  afterAll(stopServers, 60_000);

  it.concurrent(
    `finds nothing lost and nothing done twice in ${schedules} schedules`,
    async () => {
      const failed = await simulate({ bundle: await services(), seed: 1, runs: schedules });
      expect(failed).toBeUndefined();
    },
    timeLimit,
  );

  it.concurrent.each(marks.filter(({ seed }) => seed !== undefined))(
    'tries the system where there is $name',
    async ({ name, seed }) => {
      let isReached = false;
      const isEnough = ({ reached }: Outcome) => (isReached ||= reached.includes(name));
      const failed = await simulate({
        ...{ bundle: await services(), seed: seed ?? 1, runs: enough, workers, isEnough },
      });
      expect({ failed, isReached }).toEqual({ failed: undefined, isReached: true });
    },
    timeLimit,
  );

  // Where this takes long, the seed is out of date: `npm run simulate -- --variant 'part of its name'` says the new one.
  it.concurrent.each(variants.map((variant) => ({ name: variant.name, variant })))(
    'finds it when $name',
    async ({ variant }) => {
      const found = await search({ variant, seed: variant.seed, runs: enough, workers });
      expect(found).toBeDefined();
    },
    timeLimit,
  );

  it.concurrent(
    'replays a schedule by its seed',
    async () => {
      const bundle = await services();
      const digestsOf = async () => {
        const digests: unknown[] = [];
        await simulate({
          ...{ bundle, seed: 42, runs: 3, workers, trace: 'digest' },
          onOutcome: ({ digest }) => digests.push(digest),
        });
        return digests;
      };
      // Both at once, on two servers.
      const [digests, again] = await Promise.all([digestsOf(), digestsOf()]);
      expect(digests).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
      expect(again).toEqual(digests);
    },
    timeLimit,
  );
});
