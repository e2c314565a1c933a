import { clientName } from './client-name.ts';

describe('the kind of client', () => {
  it.each([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
      'Chrome on Windows',
    ],
    ['Frontrow/1.2 CFNetwork/1410 Darwin/22.6.0', 'Frontrow/1.2'],
    ['okhttp/4.12.0', 'okhttp/4.12.0'],
    ['Mozilla/5.0', 'Mozilla/5.0'],
    ['x'.repeat(5_000), 'x'.repeat(100)],
    ['   ', null],
    ['', null],
    [undefined, null],
  ])('of %p is %p', (agent, name) => {
    expect(clientName(agent)).toBe(name);
  });
});
