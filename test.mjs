// `npm test`: everything that is checked before a change may land. `-- integration system` runs
// only the checks named. Ends with a line "N passed, N failed", in which each check that is no test counts as one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';

const reports = mkdtempSync(join(tmpdir(), 'frontrow-test-report-'));
const jest = (project) => [
  'jest',
  '--selectProjects',
  project,
  '--json',
  `--outputFile=${reports}/${project}.json`,
];

/** Each needs one processor at the most: they run at the same time, before the tests. */
const first = {
  types: ['tsc', '-b'],
  'generated types': ['node', 'codegen.mjs', '--check'],
  storefront: ['node', 'stack/storefront.mjs'],
  composition: ['tsx', '-C', 'source', 'gateway/src/compose.ts', '--check'],
};
const tests = {
  unit: [...jest('unit'), '--maxWorkers=2'],
  integration: [...jest('integration'), '--maxWorkers=2'],
  // One story at a time: they share a system, or each starts one.
  system: [...jest('system'), '--runInBand'],
  'own-system': [...jest('own-system'), '--runInBand'],
};
/** Nobody hurries these: they take what the tests leave, and stories wait half of the time. */
const beside = {
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  lint: ['eslint', '--max-warnings', '0', '.'],
  simulation: jest('simulation'),
};

const wanted = process.argv.slice(2);
// Stories are about what was compiled and built.
if (wanted.some((name) => name.endsWith('system'))) wanted.push('types', 'storefront');
const chosen = (checks) =>
  Object.entries(checks).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const total = { passed: 0, failed: 0 };
await Promise.all(chosen(first).map(([name, command]) => check(name, command)));
const others = Promise.all(chosen(beside).map(([name, command]) => check(name, command)));
for (const [name, command] of chosen(tests)) await check(name, command);
await others;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function check(name, [command, ...parameters]) {
  const began = Date.now();
  const running = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(import.meta.dirname, 'node_modules', '.bin')}:${process.env.PATH}`,
      FRONTROW_COMPILED: 'yes',
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  if (name in beside) setPriority(running.pid, constants.priority.PRIORITY_LOW);
  let said = '';
  for (const stream of [running.stdout, running.stderr]) {
    // Of those that run alone one sees how far they are.
    stream.on('data', (text) => (name in tests ? process.stdout.write(text) : (said += text)));
  }
  if (name in tests) console.log(`\n── ${name}`);
  const [status] = await once(running, 'close');
  if (!(name in tests)) console.log(`\n── ${name}\n${said.trim()}`.trimEnd());
  const succeeded = status === 0;
  const { passed, failed } =
    command === 'jest'
      ? outcomeOfTests(name, succeeded)
      : { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
  total.passed += passed;
  total.failed += failed;
  console.log(
    `── ${name}: ${passed} passed, ${failed} failed, ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
}

function outcomeOfTests(name, succeeded) {
  let report;
  try {
    report = JSON.parse(readFileSync(`${reports}/${name}.json`, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const { numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: broken } = report;
  // Jest can fail for more than a test: a leaked handle, a set-up that broke.
  return { passed, failed: Math.max(failed + broken, succeeded ? 0 : 1) };
}
