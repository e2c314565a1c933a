// `npm test`: everything that is checked before a change may land, cheapest first. `-- integration system` runs
// only the checks named. Ends with a line "N passed, N failed", in which each check that is no test counts as one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reports = mkdtempSync(join(tmpdir(), 'frontrow-test-report-'));
const jest = (project) => [
  'jest',
  '--selectProjects',
  project,
  '--json',
  `--outputFile=${reports}/${project}.json`,
];

const checks = {
  lint: ['eslint', '--max-warnings', '0', '.'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  types: ['tsc', '-b'],
  'generated types': ['node', 'codegen.mjs', '--check'],
  composition: ['tsx', '-C', 'source', 'gateway/src/compose.ts', '--check'],
  unit: jest('unit'),
  simulation: jest('simulation'),
  integration: [...jest('integration'), '--maxWorkers=2'],
  // One story at a time: each starts a whole system.
  system: [...jest('system'), '--runInBand'],
};

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
for (const [name, [command, ...parameters]] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const began = Date.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, parameters, {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(import.meta.dirname, 'node_modules', '.bin')}:${process.env.PATH}`,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  const { passed, failed } = outcomeOf(name, status === 0);
  total.passed += passed;
  total.failed += failed;
  console.log(
    `── ${name}: ${passed} passed, ${failed} failed, ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function outcomeOf(name, succeeded) {
  if (!checks[name].includes('jest')) return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
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
