import { readSettings } from '@frontrow/kit/settings';
import { deliveriesSettings, destinations } from './settings.ts';

const needed = {
  PORT: '4007',
  GATEWAY_SECRET: 'x'.repeat(32),
  USERS_JWKS_URL: 'http://users:4001/.well-known/jwks.json',
  DATABASE_URL: 'mysql://user:password@host:3306/database',
  NATS_URL: 'nats://nats:4222',
};
const read = (environment: NodeJS.ProcessEnv) =>
  readSettings(deliveriesSettings, { ...needed, ...environment });
const secret = 'a-secret-of-the-data-platform';

it('has the numbers of the blueprint when nothing is said', () => {
  expect(read({})).toMatchObject({
    ...{ RETRY_EVERY_SECONDS: 60, GIVE_UP_AFTER_SECONDS: 86_400 },
    ...{ CIRCUIT_OPEN_MS: 30_000, ATTEMPT_TIMEOUT_MS: 5_000 },
  });
});

it('has a target off without an address', () => {
  expect([...destinations(read({}))]).toEqual([]);
  expect([...destinations(read({ DATA_PLATFORM_SECRET: secret, SLACK_URL: '' }))]).toEqual([]);
  const url = 'https://hooks.slack.com/services/x';
  expect([...destinations(read({ SLACK_URL: url }))]).toEqual([['SLACK', { url, secret: undefined }]]);
});

it.each(['ftp://data', 'file:///etc/passwd', 'javascript:alert(1)', 'data', 'http://user:password@data'])(
  'refuses %s as an address',
  (url) => {
    expect(() => read({ SLACK_URL: url, DATA_PLATFORM_URL: url })).toThrow(
      /DATA_PLATFORM_URL: must[^]*SLACK_URL: must/,
    );
  },
);

it('sends mails with a server, an address, links and what makes these good, and not without any of them', () => {
  const mail = {
    SMTP_URL: 'smtps://user:password@mail:465',
    MAIL_FROM: 'Frontrow <tickets@frontrow.example>',
    STOREFRONT_URL: 'https://frontrow.example/',
    MAIL_LINK_SECRET: 'y'.repeat(32),
  };
  expect([...destinations(read(mail))]).toEqual([
    [
      'MAIL',
      {
        ...{ url: mail.SMTP_URL, from: mail.MAIL_FROM, storefront: 'https://frontrow.example' },
        linkSecret: mail.MAIL_LINK_SECRET,
      },
    ],
  ]);
  expect([...destinations(read({ ...mail, SMTP_URL: '' }))]).toEqual([]);
  expect(() => destinations(read({ SMTP_URL: mail.SMTP_URL, MAIL_FROM: mail.MAIL_FROM }))).toThrow(
    'STOREFRONT_URL: is not set, but SMTP_URL is\n  MAIL_LINK_SECRET: is not set, but SMTP_URL is',
  );
  const wrong = { ...mail, SMTP_URL: 'http://mail', MAIL_FROM: 'a@b\nBcc: c@d', STOREFRONT_URL: 'frontrow' };
  expect(() => read(wrong)).toThrow(/SMTP_URL: must[^]*MAIL_FROM: must[^]*STOREFRONT_URL: must/);
});

it('refuses a data platform without a secret, and secrets that are none', () => {
  expect(() => destinations(read({ DATA_PLATFORM_URL: 'https://data' }))).toThrow('DATA_PLATFORM_SECRET');
  expect(() => read({ DATA_PLATFORM_SECRET: 'short' })).toThrow('at least 16 characters');
});
