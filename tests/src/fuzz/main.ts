import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import { buildSchema } from 'graphql';
import { startSystem } from '../testing/system.ts';
import { Memory } from './memory.ts';
import { readOptions, usage } from './options.ts';
import { fuzz } from './run.ts';
import type { FuzzReport } from './run.ts';

/**
 * `npm run fuzz`: sends anything to the public API. Everything must be answered, no process may end, and memory must not grow.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const schema = buildSchema(readFileSync(join(rootFolder, 'gateway/contract.graphql'), 'utf8'));
  console.log(`Seed ${options.seed}: inputs for ${options.seconds} s.`);
  const memory = new Memory();
  const system = await startSystem({ environment: memory.environment });
  try {
    const report = await fuzz(system, schema, memory, options);
    console.log(describe(report));
    if (report.finding !== undefined) {
      console.log(describeFinding(options.seed, report.finding));
      process.exitCode = 1;
    }
  } finally {
    await system.stop();
    memory.close();
  }
}

function describe({ inputs, executed, answers, memory }: FuzzReport): string {
  return [
    `${sum([...inputs.values()])} inputs: ${list(inputs)}`,
    `${executed} of ${sum([inputs.get('query') ?? 0, inputs.get('mutation') ?? 0])} queries and mutations were executed without a fault`,
    `answers: ${list(answers)}`,
    'kept at each tenth of the time, in MB:',
    ...[...memory].map(([name, kb]) => `  ${name}: ${kb.map((each) => Math.round(each / 1024)).join(' ')}`),
  ].join('\n');
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const list = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');

function describeFinding(seed: number, { what, inputs }: NonNullable<FuzzReport['finding']>): string {
  const each = inputs.map(({ number, input }) => `seed ${seed}, number ${number}: ${show(input)}`);
  return [`FAILED: ${what}`, ...each].join('\n');
}

/** The input without very long parts. The seed and the number make it again. */
const show = (input: object) =>
  JSON.stringify(input, (_key, value: unknown) =>
    typeof value === 'string' && value.length > 4_000
      ? `${value.slice(0, 4_000)}… ${value.length} characters`
      : value,
  );

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
