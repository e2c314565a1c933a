import { readSettings } from '@frontrow/kit/settings';
import { usersSettings } from './settings.ts';

const good = {
  PORT: '4001',
  GATEWAY_SECRET: 'x'.repeat(32),
  USERS_JWKS_URL: 'http://users:4001/.well-known/jwks.json',
  DATABASE_URL: 'mysql://users@mysql/users',
  NATS_URL: 'nats://nats:4222',
  OPERATOR_EMAIL: 'operator@frontrow.test',
  OPERATOR_PASSWORD: 'long enough',
  MAIL_LINK_SECRET: 'y'.repeat(32),
};

describe('the settings', () => {
  it('accept the e-mail addresses for the operator that registering accepts', () => {
    expect(readSettings(usersSettings, { ...good, OPERATOR_EMAIL: ' Operator@Frontrow.test' })).toMatchObject(
      {
        OPERATOR_EMAIL: 'operator@frontrow.test',
      },
    );
  });

  it('say what is wrong with the operator', () => {
    const wrong = { ...good, OPERATOR_EMAIL: 'operator', OPERATOR_PASSWORD: '' };
    expect(() => readSettings(usersSettings, wrong)).toThrow(
      /OPERATOR_EMAIL: must be an e-mail address\.\n {2}OPERATOR_PASSWORD: is not set/,
    );
  });
});
