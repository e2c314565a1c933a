import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootFolder } from './home.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frontrow-real-mysql-'));
  root = join(folder, 'root');
  mkdirSync(join(folder, 'programs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script as if root did, with a debootstrap that notes its arguments, and fails like one without a network. */
function realMysql() {
  const asked = join(folder, 'asked');
  const programs = {
    id: 'echo 0',
    'apt-get': '',
    debootstrap: `echo "$*" >>${asked}; echo no network >&2; exit 1`,
  };
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder, 'programs', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync(join(rootFolder, 'stack/real-mysql'), {
    encoding: 'utf8',
    env: { PATH: `${join(folder, 'programs')}:${process.env['PATH']}`, REAL_MYSQL_ROOT: root },
  });
  return { status, stdout, stderr, asked: existsSync(asked) ? readFileSync(asked, 'utf8') : '' };
}

describe('stack/real-mysql', () => {
  it('refuses a folder that has something else in it, and leaves that alone', () => {
    mkdirSync(join(root, 'tree'), { recursive: true });
    writeFileSync(join(root, 'tree', 'thesis'), '');
    const { status, stderr, asked } = realMysql();
    expect([status, asked]).toEqual([1, '']);
    expect(stderr).toMatch(/root is not empty.*Nothing was changed/);
    expect(readdirSync(join(root, 'tree'))).toEqual(['thesis']);
  });

  it('begins again after an installation that was cut off, and removes only what is its own', () => {
    expect(realMysql()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('no network'),
    });
    mkdirSync(join(root, 'tree'));
    writeFileSync(join(root, 'notes'), '');
    expect(realMysql().asked.trim().split('\n')).toHaveLength(2);
    expect(existsSync(join(root, 'tree'))).toBe(false);
    expect(existsSync(join(root, 'notes'))).toBe(true);
  });

  it('installs only what Debian has signed', () => {
    const { asked } = realMysql();
    expect(asked).toContain('--keyring=/usr/share/keyrings/debian-archive-keyring.gpg');
    expect(asked).not.toContain('--no-check-gpg');
  });

  it('only prints where the servers are once they are there', () => {
    mkdirSync(root);
    writeFileSync(join(root, 'ready'), '');
    const { status, stdout, asked } = realMysql();
    expect([status, asked]).toEqual([0, '']);
    expect(stdout).toBe(`export MYSQLD='${root}/mysqld' NATS_SERVER='${root}/nats-server'\n`);
  });
});
