import { jest } from '@jest/globals';
import { freeLayoutPorts, freePorts } from './ports.ts';

afterEach(() => jest.restoreAllMocks());

describe('ports for a run of its own', () => {
  it('are none that browsers and fetch refuse to ask', async () => {
    const chosen = jest.spyOn(Math, 'random');
    for (let low = 0; low < 200; low++) chosen.mockReturnValueOnce(low / 20_000);
    const ports = await freePorts(100);
    chosen.mockReturnValueOnce(80 / 20_000);
    ports.push(...Object.values(await freeLayoutPorts()));
    const refused = await Promise.all(
      ports.map((port) =>
        fetch(`http://127.0.0.1:${String(port)}`).catch((error: unknown) =>
          String((error as { cause: Error }).cause),
        ),
      ),
    );
    expect(refused).not.toContain('Error: bad port');
  });
});
