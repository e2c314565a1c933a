import { checkRegistration, knownEmail } from './registration.ts';

const good = { email: 'minji@example.com', password: 'a good password', name: 'Minji' };

describe('a registration', () => {
  it('is normalised: e-mail and name trimmed, the e-mail in lower case, the password as it is', () => {
    const typed = { email: '  Minji@Example.COM ', password: '  spaces  ', name: ' 김민지 ' };
    expect(checkRegistration(typed)).toEqual({
      checked: { email: 'minji@example.com', password: '  spaces  ', name: '김민지', locale: 'en' },
    });
  });

  it('has the language of mails as a tag in its canonical form', () => {
    expect(checkRegistration({ ...good, locale: 'KO-kr' })).toMatchObject({ checked: { locale: 'ko-KR' } });
    for (const locale of ['', '한국어', 'korean!', `en-${'x'.repeat(40)}`, `en-${'abcde-'.repeat(6)}abcde`]) {
      expect(checkRegistration({ ...good, locale })).toMatchObject({ mistake: { field: 'locale' } });
    }
  });

  it.each([
    ['email', ''],
    ['email', 'minji'],
    ['email', 'minji@'],
    ['email', 'minji@example'],
    ['email', 'min ji@example.com'],
    ['email', `${'m'.repeat(250)}@example.com`],
    ['email', '@example.com'],
    ['email', '.minji@example.com'],
    ['email', 'min..ji@example.com'],
    ['email', 'minji@example..com'],
    ['email', 'minji@-example.com'],
    ['email', 'minji@example.com:80'],
    ['email', 'minji@exa/mple.com'],
    ['email', 'minji@xn--a.com'],
    ['email', 'minji@127.0.0.1'],
    ['email', 'min\u0000ji@example.com'],
    ['email', 'minji\ud83c@example.com'],
    ['email', 'minji@example\ud83c.com'],
    ['password', ''],
    ['password', '7 chars'],
    ['password', 'x'.repeat(201)],
    ['password', '🎫'.repeat(7)],
    ['name', ''],
    ['name', '   '],
    ['name', '\u200b\u3164'],
    ['name', 'Minji\ud83c'],
    ['name', 'Min\u0000ji'],
    ['name', 'x'.repeat(201)],
  ])('with a wrong %s is a mistake in that field: %j', (field, value) => {
    expect(checkRegistration({ ...good, [field]: value })).toMatchObject({ mistake: { field } });
  });

  it.each([
    ['password', '8 chars.'],
    ['password', 'x'.repeat(200)],
    ['password', '🎫'.repeat(8)],
    ['password', '🎫'.repeat(200)],
    ['name', 'x'],
    ['name', 'x'.repeat(200)],
    ['name', '🎫'.repeat(200)],
    ['email', `${'m'.repeat(242)}@example.com`],
  ])('may have a %s at the limit: %j', (field, value) => {
    expect(checkRegistration({ ...good, [field]: value })).toHaveProperty('checked');
  });
});

describe('an e-mail address', () => {
  it.each([
    ['with an ampersand', 'a&b@example.com', 'a&b@example.com'],
    [
      'with whatever else an atom may have',
      "!#$%&'*+/=?^_`{|}~-@example.com",
      "!#$%&'*+/=?^_`{|}~-@example.com",
    ],
    ['of a domain of another script', 'minji@xn--mgbh0fb.xn--kgbechtv', 'minji@xn--mgbh0fb.xn--kgbechtv'],
    ['of such a domain as people write it', 'Minji@한국.KR', 'minji@xn--3e0b707e.kr'],
    ['typed on a Mac', 'minji@müller.de'.normalize('NFD'), 'minji@xn--mller-kva.de'],
    ['of a long domain', 'minji@museum.travel', 'minji@museum.travel'],
    ['of one letter', 'm@x.io', 'm@x.io'],
    ['with a tag', 'minji+concerts@example.co.kr', 'minji+concerts@example.co.kr'],
  ])('%s is taken', (_what, typed, kept) => {
    expect(checkRegistration({ ...good, email: typed })).toMatchObject({ checked: { email: kept } });
  });
});

describe('a name', () => {
  it('is composed, so that it is the same from every keyboard', () => {
    const typed = { ...good, name: '김민지'.normalize('NFD') };
    expect(checkRegistration(typed)).toMatchObject({ checked: { name: '김민지' } });
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
