import { OpenConnections } from './open-connections.ts';

it('connections are told to go away one after the other, evenly over the given time', async () => {
  const connections = new OpenConnections();
  const toldAt: number[] = [];
  for (let n = 0; n < 1_000; n++) {
    connections.add({ beat: () => undefined, goAway: () => toldAt.push(performance.now() - startedAt) });
  }
  const startedAt = performance.now();
  await connections.drain(200);
  expect(toldAt).toHaveLength(1_000);
  // A busy machine is late, but never early; pauses of less than 6 ms are left out.
  const early = toldAt.map((at, nth) => (nth / 1_000) * 200 - at);
  expect(Math.max(...early)).toBeLessThan(6);
});
