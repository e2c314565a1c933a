import { newId } from './ids.ts';
import { linkOf, linkToken } from './mailed-link.ts';

const secret = 'known to those who mail links and those who take them back';

describe('the token of a mailed link', () => {
  const id = newId();
  const token = linkToken(secret, 'PASSWORD_RESET', id);

  it('leads back to its link', () => {
    expect(token).toMatch(/^[\w-]{64}$/);
    expect(linkOf(secret, 'PASSWORD_RESET', token)).toBe(id);
  });

  it('is nothing for another purpose, and nothing without the secret', () => {
    expect(linkOf(secret, 'EMAIL_CONFIRMATION', token)).toBeNull();
    expect(linkOf('another secret', 'PASSWORD_RESET', token)).toBeNull();
  });

  it.each([
    '',
    id,
    token.slice(1),
    `${token}A`,
    token.replace(/^./, '='),
    ` ${token.slice(1)}`,
    '한'.repeat(64),
  ])('is not %j', (other) => {
    expect(linkOf(secret, 'PASSWORD_RESET', other)).toBeNull();
  });

  it('is not good with any of its characters changed', () => {
    for (let i = 0; i < token.length; i++) {
      const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      expect(linkOf(secret, 'PASSWORD_RESET', changed)).toBeNull();
    }
  });
});
