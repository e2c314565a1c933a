import { UsageError } from '../options.ts';
import { readOptions } from './options.ts';

describe('the options of npm run chaos', () => {
  it('are a minute with two replicas and one broker when none is given', () => {
    expect(readOptions([])).toEqual({ seconds: 60, seed: 1, replicas: 2, natsServers: 1 });
  });

  it('come from the command line', () => {
    const args = ['--seconds', '600', '--seed=0', '--replicas', '3', '--nats', '3'];
    expect(readOptions(args)).toEqual({ seconds: 600, seed: 0, replicas: 3, natsServers: 3 });
  });

  it('are all named that are wrong', () => {
    const args = ['--seconds', '5', '--seed', 'one', '--nats', '2'];
    const wrong = () => readOptions(args);
    expect(wrong).toThrow(UsageError);
    expect(wrong).toThrow(/--seconds cannot be 5\.\n--seed cannot be one\.\n--nats cannot be 2\./);
    expect(() => readOptions(['--minutes', '1'])).toThrow('--minutes');
  });
});
