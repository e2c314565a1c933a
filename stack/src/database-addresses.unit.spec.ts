import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseAddresses } from './database-addresses.ts';
import { subgraphs } from './layout.ts';

const home = mkdtempSync(join(tmpdir(), 'frontrow-addresses-'));
afterAll(() => {
  rmSync(home, { recursive: true });
});

describe('a tool beside the services', () => {
  const environment = Object.fromEntries(
    subgraphs.map((name) => [
      `DATABASE_URL_${name.toUpperCase()}`,
      `mysql://reader:pw@${name}.test:3306/${name}`,
    ]),
  );

  it('reads the databases that the environment names', () => {
    const { databaseUrl, ca } = databaseAddresses(environment, home);
    expect(subgraphs.map(databaseUrl)).toEqual(Object.values(environment));
    expect(ca).toBeUndefined();
  });

  it('names each database that is missing if some are named', () => {
    const some = { ...environment, DATABASE_URL_QUEUE: '', DATABASE_URL_SAGAS: 'http://sagas' };
    expect(() => databaseAddresses(some, home)).toThrow(
      /DATABASE_URL_QUEUE: is not set\n.*DATABASE_URL_SAGAS: must be an address like mysql:/,
    );
  });

  it('says what it needs if nothing runs', () => {
    expect(() => databaseAddresses({}, home)).toThrow('DATABASE_URL_USERS');
  });
});
