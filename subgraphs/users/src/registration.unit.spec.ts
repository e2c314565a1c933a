import { checkRegistration, knownEmail } from './registration.ts';

const good = { email: 'minji@example.com', password: 'a good password', name: 'Minji' };

describe('a registration', () => {
  it('is normalised: e-mail and name trimmed, the e-mail in lower case, the password as it is', () => {
    const typed = { email: '  Minji@Example.COM ', password: '  spaces  ', name: ' 김민지 ' };
    expect(checkRegistration(typed)).toEqual({
      checked: { email: 'minji@example.com', password: '  spaces  ', name: '김민지' },
    });
  });

  it.each([
    ['email', ''],
    ['email', 'minji'],
    ['email', 'minji@'],
    ['email', 'minji@example'],
    ['email', 'min ji@example.com'],
    ['email', `${'m'.repeat(250)}@example.com`],
    ['password', ''],
    ['password', '7 chars'],
    ['password', 'x'.repeat(201)],
    ['name', ''],
    ['name', '   '],
    ['name', 'x'.repeat(201)],
  ])('with a wrong %s is a mistake in that field: %j', (field, value) => {
    expect(checkRegistration({ ...good, [field]: value })).toMatchObject({ mistake: { field } });
  });

  it.each([
    ['password', '8 chars.'],
    ['password', 'x'.repeat(200)],
    ['name', 'x'],
    ['name', 'x'.repeat(200)],
    ['email', `${'m'.repeat(242)}@example.com`],
  ])('may have a %s at the limit: %j', (field, value) => {
    expect(checkRegistration({ ...good, [field]: value })).toHaveProperty('checked');
  });
});

describe('an e-mail address typed to log in', () => {
  it('is normalised as it was to register', () => {
    expect(knownEmail(' MINJI@example.com')).toBe('minji@example.com');
  });

  it('is null when no account can have it', () => {
    expect(knownEmail('minji')).toBeNull();
    expect(knownEmail('x'.repeat(1_000_000))).toBeNull();
  });
});
