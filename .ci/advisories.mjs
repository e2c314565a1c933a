// Asks npm for known vulnerabilities of the shipped packages. Advisories appear independently of changes here, so a change is stopped
// only by a serious one (high or critical) that an update fixes. The others are printed, and stop nothing.
// If the registry has no advisories, or there is no registry, this says so and succeeds.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const timeout = 60_000;

async function ask() {
  const audit = ['audit', '--omit=dev', '--json'];
  // It exits 1 when it has found something.
  const { stdout } = await promisify(execFile)('npm', audit, { timeout, maxBuffer: 1e8 }).catch(
    (error) => error,
  );
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: 'no answer' };
  }
}

const { vulnerabilities, message } = await ask();
if (vulnerabilities === undefined) {
  console.log(`SKIPPED: npm's advisories are not available here (${message ?? 'no reason given'})`);
} else {
  const found = Object.values(vulnerabilities);
  const serious = found.filter(({ severity }) => severity === 'high' || severity === 'critical');
  console.log(
    `npm's advisories: ${found.length} packages are named, ${serious.length} of them high or critical`,
  );
  for (const { name, severity, range, fixAvailable } of serious)
    console.log(`  ${severity}: ${name} ${range}, ${fixAvailable ? 'a fix is available' : 'no fix yet'}`);
  const mendable = serious.filter(({ fixAvailable }) => fixAvailable);
  if (mendable.length > 0) {
    console.log('FAILED: update these (`npm audit fix --omit=dev`)');
    process.exitCode = 1;
  }
}
