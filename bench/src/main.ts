import { writeFile } from 'node:fs/promises';
import { apart } from './apart/all.ts';
import { readProfiles } from './measuring/profile.ts';
import { UsageError } from '@frontrow/stack/options';
import { fileOf, readOptions, usage } from './options.ts';
import { textOf } from './report.ts';
import { run } from './run.ts';

/** `npm run bench`: measures one scenario or one part; exits 1 when the audit finds something. */
async function main(): Promise<void> {
  const [name = '', amount, ...more] = process.argv.slice(2);
  const measurement = Object.hasOwn(apart, name) ? apart[name] : undefined;
  if (measurement !== undefined) {
    if (more.length > 0 || !/^([1-9]\d*)?$/.test(amount ?? ''))
      throw new UsageError(`npm run bench -- ${name} [${measurement.of}]: how many, as one whole number`);
    await measurement.measure(amount === undefined ? undefined : Number(amount));
    return;
  }
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const { json, profile, scenarios } = options;
  process.exitCode = 0;
  for await (const report of run({ ...options, log: (line) => console.log(line) })) {
    console.log(`\n${textOf(report)}\n`);
    if (json !== undefined)
      await writeFile(fileOf(json, report.scenario, scenarios), `${JSON.stringify(report, null, 2)}\n`);
    if (!report.results.every(({ audit }) => audit.length === 0)) process.exitCode = 1;
  }
  if (profile !== undefined) console.log(readProfiles(profile).join('\n'));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
