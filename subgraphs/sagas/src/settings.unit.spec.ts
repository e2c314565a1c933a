import { readSettings, SettingsError } from '@frontrow/kit/settings';
import { sagasSettings } from './settings.ts';

const environment = {
  PORT: '4006',
  DATABASE_URL: 'mysql://u:p@h:3306/d',
  NATS_URL: 'nats://h:4222',
  USERS_JWKS_URL: 'http://users:4001/.well-known/jwks.json',
  GATEWAY_SECRET: 'x'.repeat(32),
};

describe('the settings', () => {
  it('are patient by default: 20 s until a replay, 5 minutes until a saga is put back', () => {
    expect(readSettings(sagasSettings, environment)).toMatchObject({
      REPLAY_AFTER_SECONDS: 20,
      COMPENSATE_AFTER_SECONDS: 300,
    });
  });

  it('are refused when they are wrong, all mistakes at once', () => {
    const wrong = { ...environment, REPLAY_AFTER_SECONDS: '0', COMPENSATE_AFTER_SECONDS: 'soon' };
    expect(() => readSettings(sagasSettings, wrong)).toThrow(SettingsError);
    expect(() => readSettings(sagasSettings, wrong)).toThrow(/REPLAY_AFTER[^]*COMPENSATE_AFTER/);
  });

  it('let no saga be put back before its events are asked for again', () => {
    const hasty = { ...environment, REPLAY_AFTER_SECONDS: '300' };
    expect(() => readSettings(sagasSettings, hasty)).toThrow(
      'REPLAY_AFTER_SECONDS: is 300, and must be less than COMPENSATE_AFTER_SECONDS, which is 300',
    );
  });
});
