import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootFolder } from './home.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'frontrow-roll-out-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Rolls out with a kubectl that only records its arguments and what it is given to apply. */
function rollOut(overlay: string, { migrationsFail = false } = {}) {
  const log = join(folder, 'asked');
  const kubectl = join(folder, 'kubectl');
  writeFileSync(
    kubectl,
    `#!/bin/sh
# Who applies is written down when it has been given everything, so after who made that.
case "$*" in *apply*) given=$(sed 's/^/  /') ;; esac
printf '%s\\n' "$*" "\${given-}" >>${log}
case "$*" in
  kustomize*) echo "image: frontrow" ;;
  *wait*migrations) exit ${migrationsFail ? 1 : 0} ;;
  *get*job*migrations*) echo BackoffLimitExceeded ;;
esac
`,
  );
  chmodSync(kubectl, 0o755);
  const script = join(rootFolder, 'deploy/kubernetes/roll-out');
  const { status, stderr } = spawnSync(script, [overlay, 'registry.test/frontrow:2'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
  });
  return { status, stderr, asked: readFileSync(log, 'utf8') };
}

/** Whether these come in this order. */
const inOrder = (...parts: string[]) =>
  new RegExp(parts.map((part) => part.replaceAll(/[.=!*]/g, '\\$&')).join('[^]*'));

describe('a roll-out', () => {
  it('migrates, then rolls out the subgraphs, then the gateway, then the settings of the stream, all from one image', () => {
    const { status, asked } = rollOut('production');
    expect(status).toBe(0);
    expect(asked).toMatch(
      inOrder(
        'kubernetes/migrations',
        'wait --for=condition=complete',
        'overlays/production',
        'name!=gateway',
        'deployment/users',
        'deployment/deliveries',
        'apply --filename -',
        'deployment/gateway',
        'kubernetes/stream',
      ),
    );
    expect(asked).toContain('  image: registry.test/frontrow:2\n');
    expect(asked).not.toContain('  image: frontrow\n');
  });

  it('ends before any pod is changed if a migration fails', () => {
    const { status, stderr, asked } = rollOut('production', { migrationsFail: true });
    expect([status, stderr]).toEqual([1, expect.stringContaining('migrations: BackoffLimitExceeded')]);
    expect(asked).not.toContain('overlays/production');
  });

  it('on one machine lets pods migrate, and gives the job for the stream the settings of that machine', () => {
    const { status, asked } = rollOut('local');
    expect(status).toBe(0);
    expect(asked).not.toContain('kubernetes/migrations');
    expect(asked).toContain('kubernetes/overlays/local/stream\n');
    expect(asked).not.toContain('kubernetes/stream\n');
  });
});
