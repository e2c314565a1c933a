import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMysqld, findNatsServer, mysqlVersion } from './programs.ts';

describe('the programs of the servers', () => {
  const before = { ...process.env };
  let scratch: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'frontrow-programs-'));
  });
  afterEach(async () => {
    process.env = { ...before };
    await rm(scratch, { recursive: true });
  });

  async function program(name: string, output = ''): Promise<string> {
    const path = join(scratch, name);
    await writeFile(path, `#!/bin/sh\necho '${output}'\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('are those that MYSQLD and NATS_SERVER name', async () => {
    process.env['MYSQLD'] = await program('my-own-mysqld');
    process.env['NATS_SERVER'] = await program('my-own-nats');
    expect(findMysqld()).toBe(join(scratch, 'my-own-mysqld'));
    expect(findNatsServer()).toBe(join(scratch, 'my-own-nats'));
  });

  it('are else the first on the PATH, MariaDB before MySQL', async () => {
    delete process.env['MYSQLD'];
    process.env['PATH'] = scratch;
    const mysqld = await program('mysqld');
    expect([mysqld, '/usr/sbin/mariadbd']).toContain(findMysqld());
    const mariadbd = await program('mariadbd');
    expect(findMysqld()).toBe(mariadbd);
  });

  it('are not looked for elsewhere when a variable is wrong', () => {
    process.env['MYSQLD'] = join(scratch, 'nothing');
    expect(findMysqld).toThrow(/MYSQLD is .*nothing, which is not a program/);
  });

  it('tell MariaDB from MySQL', async () => {
    const mariadb = await program(
      'a',
      'mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64',
    );
    const mysql = await program(
      'b',
      '/usr/sbin/mysqld  Ver 9.7.4 for Linux on x86_64 (MySQL Community Server)',
    );
    expect(await mysqlVersion(mariadb)).toEqual({ flavour: 'mariadb', version: '10.11.19' });
    expect(await mysqlVersion(mysql)).toEqual({ flavour: 'mysql', version: '9.7.4' });
  });
});
