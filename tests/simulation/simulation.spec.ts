import { bundleWorker } from './bundle.ts';
import { marks } from './marks.ts';
import type { Outcome } from './schedule.ts';
import { simulate } from './simulate.ts';
import { variants } from './variants.ts';

// As many as `npm test` has time for. FRONTROW_SCHEDULES=100000 runs more, and so does `npm run simulate`.
const schedules = Number(process.env['FRONTROW_SCHEDULES'] ?? 150);

/** A variant that survives this many schedules counts as not found. */
const enough = 2_000;

describe('the system, whatever happens when', () => {
  it(`loses nothing and does nothing twice in ${schedules} schedules`, async () => {
    const bundle = await bundleWorker('services');
    const failed = await simulate({ bundle, seed: 1, runs: schedules });
    expect(failed).toBeUndefined();
  }, 1_200_000);

  it.each(marks.filter(({ seed }) => seed !== undefined))(
    'is tried where there is $name',
    async ({ name, seed }) => {
      const bundle = await bundleWorker('services');
      let isReached = false;
      const isEnough = ({ reached }: Outcome) => (isReached ||= reached.includes(name));
      const failed = await simulate({ bundle, seed: seed ?? 1, runs: enough, isEnough });
      expect({ failed, isReached }).toEqual({ failed: undefined, isReached: true });
    },
    600_000,
  );
});

// Within `npm test` it shares the machine, so the limits are only for what never ends.
describe('the simulation', () => {
  it.each(variants.map((variant, index) => ({ ...variant, index })))(
    'finds it when $name',
    async ({ index, seed, breaks, mutations }) => {
      const bundle = await bundleWorker(`variant-${index + 1}`, mutations);
      let failure: string | undefined;
      // What else it breaks is passed over.
      for (let from = seed; from < seed + enough && failure?.startsWith(breaks) !== true;) {
        const failed = await simulate({ bundle, seed: from, runs: seed + enough - from });
        failure = failed?.failure?.replace(/^Error: /, '');
        // Any other failure would be one of the simulation, such as a statement that it cannot parse.
        expect(failure).toMatch(/^(invariant \d|this did not happen: )/);
        from = (failed?.seed ?? Infinity) + 1;
      }
      expect(failure).toMatch(new RegExp(`^${breaks}`));
    },
    600_000,
  );

  it('replays a schedule by its seed', async () => {
    const bundle = await bundleWorker('services');
    const digestsOf = async () => {
      const digests: unknown[] = [];
      await simulate({
        ...{ bundle, seed: 42, runs: 3, workers: 1, trace: 'digest' },
        onOutcome: ({ digest }) => digests.push(digest),
      });
      return digests;
    };
    const digests = await digestsOf();
    expect(digests).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
    expect(await digestsOf()).toEqual(digests);
  }, 600_000);
});
