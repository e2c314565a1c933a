import { setTimeout as pause } from 'node:timers/promises';
import { circuitOf, deliveriesOf, everything, outsideOf, toldAbout } from '@frontrow/tests/testing/outside';
import { buySeats } from '@frontrow/tests/testing/purchases';
import type { Purchase } from '@frontrow/tests/testing/purchases';
import { concertOnSale, startSystem } from '@frontrow/tests/testing/system';
import type { System } from '@frontrow/tests/testing/system';

const downMs = 60_000;
const giveUpMs = 10 * 60_000;

/**
 * How purchases are affected by a data platform that fails half of its calls and then is down for a minute, and whether
 * everything is delivered in the end. With the settings of production this takes a few minutes. Purchases without a failure are
 * measured before and after, so that a machine that gets busier is not mistaken for an effect.
 */
export async function measureOutages(purchases = 1_000): Promise<void> {
  const system = await startSystem();
  try {
    await measure(system, purchases);
  } finally {
    await system.stop();
  }
}

async function measure(system: System, count: number): Promise<void> {
  const outside = outsideOf(system);
  const sale = await concertOnSale(system, { rows: 100, seatsPerRow: Math.ceil(count / 30) });
  await buySeats(system, sale, 50); // warm-up
  const stopWatching = watchCircuit(system);

  const before = await buySeats(system, sale, Math.ceil(count / 2));
  console.log('The data platform fails half of its calls.');
  await outside.dataPlatform.behave({ failShare: 0.5 });
  const disturbed = await buySeats(system, sale, Math.ceil(count / 4));
  console.log(`It is down for ${downMs / 1_000} s.`);
  await outside.dataPlatform.behave({ isDown: true });
  const back = pause(downMs).then(async () => {
    console.log('It is back.');
    await outside.dataPlatform.behave({});
    return Date.now();
  });
  disturbed.push(...(await buySeats(system, sale, count - disturbed.length)));
  const backAt = await back;
  const after = await buySeats(system, sale, Math.ceil(count / 2));

  const all = [...before, ...disturbed, ...after];
  const isAllTold = async () => (await deliveriesOf(system, 'PENDING')).length === 0;
  while (!(await isAllTold()) && Date.now() < backAt + giveUpMs) await pause(500);
  console.log(
    `Nothing was left to tell ${((Date.now() - backAt) / 1_000).toFixed(0)} s after that at the latest.`,
  );
  await stopWatching();

  const told = await toldAbout(outside, all);
  const right = told.filter((types) => types.join() === everything.join()).length;
  console.log(`${right} of ${all.length} purchases were told once, whole and in order.`);
  console.log('data platform', await outside.dataPlatform.report(), 'Slack', await outside.slack.report());
  report([...before, ...after], disturbed);
}

/** Prints each change of the circuit. */
function watchCircuit(system: System): () => Promise<void> {
  const startedAt = Date.now();
  let last = '';
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const state = await circuitOf(system);
      if (state !== last) console.log(`${((Date.now() - startedAt) / 1_000).toFixed(1)} s: circuit ${state}`);
      last = state;
      await pause(100);
    }
  })();
  return () => {
    over.abort();
    return watching;
  };
}

function report(peaceful: readonly Purchase[], disturbed: readonly Purchase[]): void {
  const at = (purchases: readonly Purchase[], share: number) => {
    const sorted = purchases.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
    return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  };
  for (const share of [0.5, 0.9, 0.99]) {
    const [peace, trouble] = [at(peaceful, share), at(disturbed, share)];
    const ratio = (trouble / peace).toFixed(2);
    console.log(
      `${share * 100}% of purchases within ${peace.toFixed(0)} ms in peace, ${trouble.toFixed(0)} ms in trouble: ${ratio}`,
    );
  }
}
