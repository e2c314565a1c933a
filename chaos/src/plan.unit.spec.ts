import { subgraphs } from '@frontrow/stack/layout';
import { planFaults } from './plan.ts';
import type { Fault, PlanOptions } from './plan.ts';

const tenMinutes: PlanOptions = { seed: 1, seconds: 600, replicas: 2, natsServers: 1 };
const victimsOf = (fault: Fault) =>
  fault.kind === 'wipe' ? [...fault.brokers, fault.process] : [fault.process];

describe('the plan of a run', () => {
  it('depends on the seed, and on nothing else', () => {
    expect(planFaults(tenMinutes)).toEqual(planFaults(tenMinutes));
    expect(planFaults(tenMinutes)).not.toEqual(planFaults({ ...tenMinutes, seed: 2 }));
  });

  it('begins as a longer one with the same seed does', () => {
    const short = planFaults({ ...tenMinutes, seconds: 60 });
    expect(planFaults(tenMinutes).slice(0, short.length)).toEqual(short);
  });

  it.each([1, 2, 3, 4, 5])(
    'has every kind of fault in ten minutes, and spares no process, with seed %s',
    (seed) => {
      const faults = planFaults({ ...tenMinutes, seed, natsServers: 3 });
      expect(faults.length).toBeGreaterThan(100);
      expect(new Set(faults.map(({ name }) => name)).size).toBe(15);
      const victims = new Set(faults.flatMap(({ fault }) => victimsOf(fault)));
      const services = subgraphs.flatMap((name) => [name, `${name}-2`]);
      expect([...victims].sort()).toEqual(
        [...services, 'gateway', 'mysql', 'nats', 'nats-2', 'nats-3'].sort(),
      );
    },
  );

  it('ends in time', () => {
    const faults = planFaults(tenMinutes);
    expect(Math.max(...faults.map(({ atMs }) => atMs))).toBeLessThan(600_000);
    for (const { fault } of faults) if ('forMs' in fault) expect(fault.forMs).toBeLessThanOrEqual(8_000);
  });
});
