import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { timeLeft } from '../../stack/src/time-left.ts';
import { bundleWorker } from './bundle.ts';
import { marks } from './marks.ts';
import type { Mark } from './marks.ts';
import { stopServers } from './mysql/start.ts';
import type { Outcome } from './schedule.ts';
import { search } from './search.ts';
import { simulate } from './simulate.ts';
import { variants } from './variants.ts';

const usage = `npm run simulate -- [options]

  --runs N        how many schedules (2000)
  --seed S        the seed of the first; the others follow it (1)
  --trace         tell each step of each schedule; for --runs 1
  --variant TEXT  build in each mistake whose name contains TEXT, and look for the first of these seeds that finds it
  --help`;

const options = read();
if (options === 'help') console.log(usage);
else await run(options).finally(stopServers);

function read() {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '2000' },
        seed: { type: 'string', default: '1' },
        trace: { type: 'boolean', default: false },
        variant: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { runs, seed, trace, variant, help } = values;
    return help ? 'help' : { runs: whole(runs), seed: whole(seed), trace, variant };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function whole(given: string): number {
  if (!/^\d{1,9}$/.test(given) || Number(given) === 0)
    throw new Error(`${given} is not a whole number from 1 on.`);
  return Number(given);
}

type Options = Exclude<typeof options, 'help'>;

function run({ variant, ...range }: Options): Promise<void> {
  return variant === undefined ? runSchedules(range) : seek(variant, range);
}

async function runSchedules({ runs, seed, trace }: Omit<Options, 'variant'>): Promise<void> {
  const bundle = await bundleWorker('services');
  const began = performance.now();
  const perSecond = () => ((done * 1_000) / (performance.now() - began)).toFixed(1);
  let done = 0;
  let steps = 0;
  const reached = new Map<Mark, number[]>(marks.map(({ name }) => [name, []]));
  const bar = aBar('{bar} {value} of {total} schedules, {perSecond} a second, {eta_formatted} left');
  if (!trace) bar.start(runs, 0, { perSecond: '–' });
  const failed = await simulate({
    bundle,
    seed,
    runs,
    trace: trace ? 'steps' : 'none',
    onOutcome: (outcome) => {
      done++;
      steps += outcome.steps;
      for (const mark of outcome.reached) reached.get(mark)?.push(outcome.seed);
      if (!trace) bar.update(done, { perSecond: perSecond() });
    },
  });
  if (!trace) bar.stop();
  const seconds = (performance.now() - began) / 1_000;
  if (failed !== undefined) {
    console.error(`\nSeed ${failed.seed}: ${failed.failure ?? ''}`);
    console.error(`\nAgain, step by step: npm run simulate -- --seed ${failed.seed} --runs 1 --trace`);
    process.exitCode = 1;
    return;
  }
  console.log(
    `${done} schedules of ${steps} steps in ${seconds.toFixed(1)} s, ${perSecond()} a second: nothing lost, nothing twice.`,
  );
  for (const [mark, seeds] of reached) {
    const first = seeds.length === 0 ? '' : `, the first of them with seed ${Math.min(...seeds)}`;
    console.log(`  ${seeds.length} reached ${mark}${first}`);
  }
}

/** Tells with which seed each of these mistakes is found, for variants.ts. */
async function seek(text: string, range: Pick<Options, 'seed' | 'runs'>): Promise<void> {
  const wanted = variants.filter(({ name }) => name.includes(text));
  if (wanted.length === 0) {
    console.error(`No mistake is named like this: ${text}`);
    process.exitCode = 2;
  }
  for (const variant of wanted) {
    const failures: string[] = [];
    const bar = aBar('{bar} {value} of at most {total} schedules, at most {eta_formatted} left');
    const onOutcome = ({ seed, failure }: Outcome) => {
      if (failure !== undefined) failures.push(`  seed ${seed}: ${failure.split('\n', 1)[0] ?? ''}`);
      bar.update(seed - range.seed + 1);
    };
    console.log(`${variant.name} (${variant.shows})`);
    bar.start(range.runs, 0);
    const found = await search({ ...range, variant, onOutcome }).finally(() => bar.stop());
    for (const failure of failures) console.log(failure);
    console.log(found === undefined ? '  was not found' : `  is found with seed ${found.seed}`);
    if (found === undefined) process.exitCode = 1;
  }
}

function aBar(format: string): SingleBar {
  const times = { formatTime: timeLeft, etaBuffer: 500 };
  const output = { hideCursor: true, noTTYOutput: true, notTTYSchedule: 10_000 };
  return new SingleBar({ format, ...times, ...output }, Presets.shades_classic);
}
