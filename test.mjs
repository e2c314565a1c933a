// `npm test` checks a change while somebody works on it. What takes longer (`named`) runs only if it is named; `.ci/run` names it before a change lands.
// Ends with a line "N passed, N failed", in which each check that is not a test counts as one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';

const reports = mkdtempSync(join(tmpdir(), 'frontrow-test-report-'));
const jest = (project, ...others) => ['jest', '--selectProjects', project, ...others];

/** Each needs one processor at the most: they run at the same time, before the tests. */
const first = {
  types: ['tsc', '-b'],
  // Jest's set-up starts servers with compiled code, which a fresh clone does not have yet. This is a part of `types`.
  kit: ['tsc', '-b', 'kit'],
  'generated types': ['node', 'codegen.mjs', '--check'],
  storefront: ['node', 'stack/storefront.mjs'],
  composition: ['tsx', '-C', 'source', 'gateway/src/compose.ts', '--check'],
};
const tests = {
  unit: jest('unit', '--maxWorkers=2'),
  // More workers than processors, because a dozen specs wait for servers that come back.
  integration: jest('integration', '--maxWorkers=3'),
  // Stories run one at a time, because they share a system, or because each starts a system of ten processes.
  system: jest('system', '--runInBand'),
  bench: jest('bench', '--runInBand'),
  browser: jest('browser', '--runInBand'),
  'own-system': jest('own-system', '--runInBand'),
  rehearsals: jest('rehearsals', '--runInBand'),
  // Specs that are named by their paths or folders; jest knows to which project each belongs.
  specs: ['jest', '--runInBand'],
};
/** These run beside the tests with low priority: they take the processor time that the tests leave, and stories spend half of theirs waiting. */
const beside = {
  format: ['oxfmt', '--check'],
  lint: ['oxlint', '-c', 'oxlint.config.js'],
  simulation: jest('simulation'),
};

const words = process.argv.slice(2);
const names = Object.keys({ ...first, ...tests, ...beside }).filter((name) => name !== 'specs');
const usage = `npm test                               what is checked while one works on a change
npm test -- integration lint           some of the checks: ${names.join(', ')}
npm test -- kit/src/text.unit.spec.ts  a spec, or several
npm test -- subgraphs/users kit/       all specs in these folders; the slash tells kit/ from the check kit`;
if (words.includes('--help')) {
  console.log(usage);
  process.exit();
}
const paths = words.filter((word) => !names.includes(word) && existsSync(word)).map((word) => resolve(word));
tests.specs.push(...paths.map((path) => (statSync(path).isDirectory() ? path + sep : path)));
const unknown = words.filter((word) => !names.includes(word) && !existsSync(word));
if (unknown.length > 0) {
  console.error(`There is no check, spec or folder ${unknown.join(', ')}.\n\n${usage}`);
  process.exit(2);
}
const wanted = new Set(words.filter((word) => names.includes(word)));
if (paths.length > 0) wanted.add('specs');
const named = ['bench', 'browser', 'own-system', 'rehearsals'];
if (wanted.size === 0) for (const name of names) if (!named.includes(name)) wanted.add(name);
// Stories run compiled and built code.
const isAboutSystem = (word) => /system$|^(bench|browser|rehearsals)$|\/(tests|bench)(\/src|$)/.test(word);
if ([...wanted, ...paths].some(isAboutSystem)) wanted.add('types').add('storefront');
if ([...wanted].some((name) => name in tests && name !== 'unit')) wanted.add('kit');
if (wanted.has('types')) wanted.delete('kit');
const chosen = (checks) => Object.entries(checks).filter(([name]) => wanted.has(name));
const total = { passed: 0, failed: 0 };
/** Specs that failed beside others: by project, the outcome of each by its path. */
const failedSpecs = new Map();
await Promise.all(chosen(first).map(([name, command]) => check(name, command)));
const others = Promise.all(chosen(beside).map(([name, command]) => check(name, command)));
for (const [name, command] of chosen(tests)) await check(name, command);
await others;
failedSpecs.delete('specs'); // They had the machine to themselves.
for (const [project, specs] of [...failedSpecs]) await checkAgain(project, specs);
rmSync(reports, { recursive: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function check(name, command) {
  const { outcome, specs } = await run(name, command);
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  const failed = specs.filter(([, { failed }]) => failed > 0);
  if (failed.length > 0) failedSpecs.set(name, new Map(failed));
}

/**
 * Runs the failed specs of a project once more, with the machine to themselves, and counts that result instead: two processors that do four
 * things at once can starve a test although the tested code is right. Specs that pass now are named. If one is named more than now
 * and then, it has a fault of its own. More than five failures are not an accident.
 */
async function checkAgain(project, specs) {
  if (specs.size > 5) return;
  for (const { passed, failed } of specs.values()) {
    total.passed -= passed;
    total.failed -= failed;
  }
  await check(`${project} again`, jest(project, '--runInBand', '--runTestsByPath', ...specs.keys()));
  const stillFailing = failedSpecs.get(`${project} again`);
  for (const path of specs.keys()) {
    if (!stillFailing?.has(path))
      console.log(`UNSTABLE ${relative(import.meta.dirname, path)}: passed alone`);
  }
}

async function run(name, [command, ...parameters]) {
  const began = Date.now();
  const report = join(reports, `${name}.json`);
  const isTests = command === 'jest';
  const isLoud = isTests && !(name in beside);
  const running = spawn(command, isTests ? [...parameters, '--json', `--outputFile=${report}`] : parameters, {
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
    // Checks that run alone show their progress.
    stream.on('data', (text) => (isLoud ? process.stdout.write(text) : (said += text)));
  }
  if (isLoud) console.log(`\n── ${name}`);
  const [status] = await once(running, 'close');
  if (!isLoud) console.log(`\n── ${name}\n${said.trim()}`.trimEnd());
  const succeeded = status === 0;
  const { outcome, specs } = isTests
    ? outcomeOfTests(report, succeeded)
    : { outcome: { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 }, specs: [] };
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`── ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`);
  return { outcome, specs };
}

/** Of all tests of a run, and of each of its specs by path. */
function outcomeOfTests(report, succeeded) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return { outcome: { passed: 0, failed: 1 }, specs: [] };
  }
  const specs = results.map(({ name, status, assertionResults }) => {
    const count = (wanted) => assertionResults.filter(({ status }) => status === wanted).length;
    // A spec can fail for other reasons than a test: it does not load, or its set-up fails.
    const failed = Math.max(count('failed'), status === 'failed' ? 1 : 0);
    if (count('pending') > 0)
      console.log(`SKIPPED ${count('pending')} in ${relative(import.meta.dirname, name)}`);
    return [name, { passed: count('passed'), failed }];
  });
  const sum = (key) => specs.reduce((soFar, [, outcome]) => soFar + outcome[key], 0);
  // Jest itself can fail, too: a broken set-up, a leaked handle.
  return { outcome: { passed: sum('passed'), failed: Math.max(sum('failed'), succeeded ? 0 : 1) }, specs };
}
