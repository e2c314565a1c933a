import { UsageError } from '@frontrow/stack/options';
import { readOptions } from './options.ts';

describe('the options of npm run chaos', () => {
  it('are a minute, two replicas and one broker by default', () => {
    expect(readOptions([])).toEqual({ seconds: 60, seed: 1, replicas: 2, natsServers: 1 });
  });

  it('come from the command line', () => {
    const args = ['--seconds', '600', '--seed=0', '--replicas', '3', '--nats', '3'];
    expect(readOptions(args)).toEqual({ seconds: 600, seed: 0, replicas: 3, natsServers: 3 });
  });

  it('name the service of which a replica is left alone', () => {
    expect(readOptions(['--alone', 'payments'])).toMatchObject({ alone: 'payments', replicas: 2 });
    expect(() => readOptions(['--alone', 'payment'])).toThrow('--alone cannot be payment');
    expect(() => readOptions(['--alone', 'payments', '--replicas', '1'])).toThrow('with 1 replicas');
  });

  it('are all named if they are wrong', () => {
    const args = ['--seconds', '5', '--seed', 'one', '--nats', '2'];
    const wrong = () => readOptions(args);
    expect(wrong).toThrow(UsageError);
    expect(wrong).toThrow(/--seconds cannot be 5\.\n--seed cannot be one\.\n--nats cannot be 2\./);
    expect(() => readOptions(['--minutes', '1'])).toThrow('--minutes');
  });
});
