import { writeFile } from 'node:fs/promises';
import { readProfiles } from './measuring/profile.ts';
import { readOptions, usage } from './options.ts';
import { textOf } from './report.ts';
import { run } from './run.ts';

/** `npm run bench`: measures one scenario; exits 1 when the audit finds something. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const report = await run({ ...options, log: (line) => console.log(line) });
  console.log(`\n${textOf(report)}`);
  if (options.profile !== undefined) console.log(`\n${readProfiles(options.profile).join('\n')}`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.results.every(({ audit }) => audit.length === 0) ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
