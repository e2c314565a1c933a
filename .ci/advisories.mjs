// Asks npm for known vulnerabilities of what is shipped. Advisories appear without a change of ours, so only what can be mended by
// an update stops a change: a serious one (high or critical) for which there is a fix. The others are named, and stop nobody.
// Not every registry has advisories, and not every machine a registry: then it says so, and all is well.
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
  console.log(`SKIPPED: npm's advisories cannot be had here (${message ?? 'no reason given'})`);
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
