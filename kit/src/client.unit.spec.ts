import { readClient, writeClient } from './client.ts';

describe('what the gateway tells of a client', () => {
  it.each([
    { address: '192.0.2.1', agent: 'Mozilla/5.0 (Macintosh)' },
    { address: '2001:db8:0:1', agent: undefined },
    { address: '192.0.2.1', agent: 'Frontrow "앱"\u00e9\ud83c' },
  ])('is read as it was written, and can be sent as a header: %p', (client) => {
    const header = writeClient(client);
    expect(header).toMatch(/^[ -~]+$/);
    expect(readClient(header)).toEqual(JSON.parse(JSON.stringify(client)));
  });

  it('is short, however long a User-Agent somebody made up', () => {
    expect(writeClient({ address: '192.0.2.1', agent: 'x'.repeat(10_000) }).length).toBeLessThan(400);
  });

  it.each([undefined, '', '{', '[]', '{"agent":"x"}', 'null'])(
    'is nothing where the header is %p',
    (header) => {
      expect(readClient(header)).toBeNull();
    },
  );
});
