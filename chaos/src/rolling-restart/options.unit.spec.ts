import { rootFolder } from '@frontrow/stack/home';
import { readOptions } from './options.ts';

describe('the options of npm run rolling-restart', () => {
  // Services may not be compiled where unit tests run. With no other checkout, that is not asked for.
  it('are two replicas and one broker by default', () => {
    expect(readOptions([], rootFolder)).toEqual({ fansAtOnce: 8, seed: 1, replicas: 2, natsServers: 1 });
  });

  it('come from the command line', () => {
    expect(readOptions(['--replicas', '3', '--nats', '3', '--fans=2', '--seed', '0'], rootFolder)).toEqual({
      ...{ fansAtOnce: 2, seed: 0, replicas: 3, natsServers: 3 },
    });
  });

  it('are all named if they are wrong', () => {
    expect(() => readOptions(['--replicas', '1', '--nats', '2', '--to', '/nowhere'], rootFolder)).toThrow(
      /--replicas cannot be 1\.\n--nats cannot be 2\.\n(.*\n)?\/nowhere is not compiled/,
    );
  });
});
