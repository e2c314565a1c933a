import { z } from 'zod';
import { lessThan, readSettings, SettingsError, subgraphSettings } from './settings.ts';
import { runScript } from './testing/script.ts';

const right = {
  PORT: '4005',
  GATEWAY_SECRET: 'x'.repeat(32),
  USERS_JWKS_URL: 'http://users:4001/.well-known/jwks.json',
  DATABASE_URL: 'mysql://payments:secret@mysql:3306/payments',
  NATS_URL: 'nats://one:4222,nats://two:4222',
};
const mistakesIn = (environment: NodeJS.ProcessEnv, shape: z.ZodRawShape = subgraphSettings): string => {
  try {
    readSettings(shape, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  return '';
};

describe('settings', () => {
  it('are parsed, with defaults for what need not be said', () => {
    expect(readSettings(subgraphSettings, { ...right, HOST: '', UNRELATED: 'x' })).toEqual({
      ...right,
      PORT: 4005,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
      DATABASE_CONNECTIONS: 20,
      NATS_URL: ['nats://one:4222', 'nats://two:4222'],
      NATS_REPLICAS: 1,
      MIGRATIONS: 'run',
    });
  });

  it('say where metrics are, or that they are nowhere', () => {
    const portOf = (METRICS_PORT?: string) =>
      readSettings(subgraphSettings, { ...right, METRICS_PORT }).METRICS_PORT;
    expect([portOf('4055'), portOf('off'), portOf(''), portOf()]).toEqual([
      4055,
      undefined,
      undefined,
      undefined,
    ]);
    expect(mistakesIn({ ...right, METRICS_PORT: 'on' })).toContain('METRICS_PORT');
  });

  it('that are wrong are listed all together, each with what is wrong', () => {
    const message = mistakesIn({
      ...right,
      PORT: '70000',
      GATEWAY_SECRET: 'short',
      USERS_JWKS_URL: 'users:4001',
      DATABASE_URL: '',
      DATABASE_CONNECTIONS: 'many',
      NATS_URL: 'nats://one:4222, nats://two:4222',
    });
    expect(message.split('\n')).toEqual([
      'The settings are wrong:',
      expect.stringMatching(/^ {2}PORT: .*65535/),
      '  GATEWAY_SECRET: must have at least 32 characters',
      '  USERS_JWKS_URL: must be an address like http://users:4001/graphql',
      '  DATABASE_URL: is not set',
      expect.stringMatching(/^ {2}DATABASE_CONNECTIONS: .*number/),
      '  NATS_URL: must be an address like nats://host:4222; the password is NATS_PASSWORD',
    ]);
  });

  it('nest: one within another is less than that, also when it is the default, and this is listed with the rest', () => {
    const ms = z.coerce.number().positive();
    const nested = {
      ATTEMPT_MS: lessThan('WHOLE_MS', ms.default(20)),
      WHOLE_MS: ms.default(30),
      COUNT: ms,
    };
    expect(readSettings(nested, { ATTEMPT_MS: '29', COUNT: '1' })).toMatchObject({ ATTEMPT_MS: 29 });
    expect(mistakesIn({ ATTEMPT_MS: '30', COUNT: '1' }, nested)).toBe(
      'The settings are wrong:\n  ATTEMPT_MS: is 30, and must be less than WHOLE_MS, which is 30',
    );
    expect(mistakesIn({ WHOLE_MS: '10' }, nested).split('\n').slice(1)).toEqual([
      '  COUNT: is not set',
      '  ATTEMPT_MS: is 20, and must be less than WHOLE_MS, which is 10',
    ]);
    // What is not a number is a mistake by itself.
    expect(mistakesIn({ WHOLE_MS: 'long', COUNT: '1' }, nested)).not.toContain('ATTEMPT_MS');
  });

  it.each([
    ['GATEWAY_SECRET', 'replace-me-with-32-characters-or-more'],
    ['DATABASE_URL', 'mysql://payments:replace-me-payments@mysql:3306/payments'],
    ['DATABASE_URL', 'mysql://payments:changeme@mysql:3306/payments'],
    ['NATS_PASSWORD', '<password>'],
  ])('are wrong when %s is a placeholder', (name, value) => {
    expect(mistakesIn({ ...right, [name]: value })).toContain(`${name}: is a placeholder`);
  });

  it('say nothing of the broker without what its certificate must come from', () => {
    expect(mistakesIn({ ...right, NATS_CA_FILE: '/nowhere/ca.pem' })).toContain(
      'NATS_CA_FILE: names a file that cannot be read: ENOENT',
    );
    expect(mistakesIn({ ...right, DATABASE_CA_FILE: import.meta.filename })).toContain(
      'DATABASE_CA_FILE: names a file without a certificate',
    );
    expect(mistakesIn({ ...right, NATS_URL: 'nats://user:password@one:4222' })).toContain('NATS_URL');
  });

  it('never show a secret in a mistake', () => {
    const message = mistakesIn({
      ...right,
      DATABASE_URL: 'postgres://payments:secret@db/x',
      GATEWAY_SECRET: 'tooshort',
    });
    expect(message).not.toMatch(/secret@|tooshort/);
    expect(message).toContain('DATABASE_URL');
  });

  it('that are wrong end the process with code 1 and nothing but the list', async () => {
    const { code, output } = await runScript('tiny-service.ts', { PORT: 'http' }).exited;
    expect(code).toBe(1);
    const lines = output.trim().split('\n');
    expect(lines[0]).toBe('The settings are wrong:');
    expect(lines.slice(1).map((line) => line.split(':')[0]?.trim())).toEqual([
      'PORT',
      'GATEWAY_SECRET',
      'USERS_JWKS_URL',
    ]);
  });
});
