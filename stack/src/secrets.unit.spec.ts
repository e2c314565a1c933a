import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecrets } from './secrets.ts';

describe('the secrets', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'frontrow-secrets-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('are made up once and kept, unreadable for others', () => {
    const made = readSecrets(home);
    expect(readSecrets(home)).toEqual(made);
    expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(made.databases)).size).toBe(Object.keys(made.databases).length);
  });

  it('of a new subgraph are added to those that exist', () => {
    writeFileSync(
      join(home, 'secrets.json'),
      JSON.stringify({ mysql: 'kept', databases: { users: 'kept too' } }),
    );
    expect(readSecrets(home)).toMatchObject({ mysql: 'kept', databases: { users: 'kept too' } });
    expect(readSecrets(home).databases.payments).toEqual(expect.any(String));
  });
});
