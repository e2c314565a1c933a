import { jest } from '@jest/globals';
import { freePorts } from './ports.ts';

afterEach(() => jest.restoreAllMocks());

describe('ports for a run of its own', () => {
  it('are none that browsers and fetch refuse to ask', async () => {
    // The lowest there are: all that are refused are below them.
    let chance = 0;
    jest.spyOn(Math, 'random').mockImplementation(() => chance++ / 20_000);
    const ports = await freePorts(100);
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
