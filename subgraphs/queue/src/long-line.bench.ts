// What a line of a million costs. Not part of `npm test`:
//   NODE_OPTIONS=--experimental-vm-modules npx jest --selectProjects integration --testMatch '**/long-line.bench.ts'
import { newId } from '@frontrow/kit/ids';
import type { Viewer } from '@frontrow/kit/viewer';
import { setTimeout as pause } from 'node:timers/promises';
import { Line } from './domain/line.ts';
import { moveLine } from './operations/move-line.ts';
import { queueUnderTest } from './testing.ts';
import type { QueueUnderTest, Replica } from './testing.ts';

let queue: QueueUnderTest;
let other: Replica;
let messages: string[];
beforeAll(async () => {
  queue = await queueUnderTest();
  other = await queue.replica();
  messages = [];
  queue.broker.connection.subscribe('queue.line-changed', {
    callback: (_, message) => messages.push(message.string()),
  });
});
afterAll(() => queue.close());

/** Fills a room with waiting tickets, whose fans stay. */
async function fill(concertId: string, count: number): Promise<void> {
  for (let first = 1; first <= count; first += 5_000) {
    const rows = Array.from({ length: Math.min(5_000, count - first + 1) }, (_, i) => {
      const seen = '2099-01-01';
      return [newId(), concertId, newId(), first + i, 'WAITING', 1, new Date(), seen, 1];
    });
    await queue.database.query(
      `INSERT INTO tickets (id, concert_id, user_id, number, status, live, joined_at, last_seen_at, line_version)
       VALUES ?`,
      [rows],
    );
  }
  await queue.database.query(
    'UPDATE rooms SET last_number = ?, waiting = ?, version = 1, opened_at = opened_at - INTERVAL 1 HOUR WHERE concert_id = ?',
    [count, count, concertId],
  );
  await queue.database.query('ANALYZE TABLE tickets');
}

/** A line whose length is measured. */
interface Measured {
  readonly concertId: string;
  readonly length: number;
  readonly fans: { fan: Viewer; id: string }[];
  readonly figures: Record<string, string>;
}

async function prepare(length: number): Promise<Measured> {
  const concertId = await queue.openRoom({ maxActive: 100_000, admitPerSecond: 1_000 });
  await fill(concertId, length);
  const began = performance.now();
  await queue.positions.knownLines.upTo(concertId, 1);
  const learning = (performance.now() - began).toFixed(0);
  await other.positions.knownLines.upTo(concertId, 1);
  return { concertId, length, fans: [], figures: { waiting: String(length), 'learning the line': learning } };
}

/** Does the same to all lines in turn, so that whatever else the machine does hits them alike. In ms. */
async function measure(
  lines: readonly Measured[],
  what: string,
  work: (line: Measured, round: number) => Promise<unknown>,
  times = 200,
): Promise<void> {
  const took = lines.map((): number[] => []);
  for (let round = -20; round < times; round++) {
    for (const [i, line] of lines.entries()) {
      const began = performance.now();
      await work(line, round + 20);
      if (round >= 0) took[i]?.push(performance.now() - began);
    }
  }
  for (const [i, { figures }] of lines.entries()) {
    const sorted = took[i]?.toSorted((a, b) => a - b) ?? [];
    const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2);
    figures[what] = `median ${at(0.5)}, p95 ${at(0.95)}`;
  }
}

async function look({ length, fans }: Measured, round: number): Promise<void> {
  const { fan, id } = fans[round % fans.length]!;
  const { data } = await other.graph.execute(
    fan,
    `{ queueTicket(id: "${id}") { position estimatedWaitSeconds } }`,
  );
  expect(data.queueTicket.position).toBe(length + 1 + (round % fans.length));
}

it('joining, looking and a wave cost the same in a line of a thousand and of a million', async () => {
  const lines: Measured[] = [];
  for (const length of [1_000, 1_000_000]) lines.push(await prepare(length));
  // The database writes down what was put into it.
  await pause(15_000);
  await measure(lines, 'joining', async ({ concertId, fans }) => fans.push(await queue.join(concertId)));
  await measure(lines, 'looking', look);
  await measure(lines, 'leaving', ({ fans }, round) => {
    const { fan, id } = fans[round]!;
    return queue.graph.execute(fan, `mutation { leaveQueue(ticketId: "${id}") { __typename } }`);
  });
  await queue.broker.connection.flush();
  messages.length = 0;
  const waves = 40;
  await measure(
    lines,
    'a wave of 10',
    async ({ concertId }) => {
      await queue.database.query(
        'UPDATE rooms SET paced_until_ms = 1000 * UNIX_TIMESTAMP(NOW(3)) - 10.5 WHERE concert_id = ?',
        [concertId],
      );
      expect(await moveLine(queue.positions.lineDeps, concertId)).toBe('done');
    },
    waves,
  );
  await queue.broker.connection.flush();
  for (const { concertId, figures } of lines) {
    const mine = messages.filter((text) => text.includes(concertId));
    const bytes = Math.max(...mine.map((text) => text.length));
    const [row] = await queue.database.query<{ n: string }[]>(
      "SELECT COUNT(*) AS n FROM tickets WHERE concert_id = ? AND status = 'ADMITTED'",
      [concertId],
    );
    figures['waves'] =
      `${waves + 20}, ${Number(row?.n)} fans, ${mine.length} messages of up to ${bytes} bytes`;
    expect(mine.length).toBeLessThanOrEqual(waves + 20);
  }
  console.log(
    JSON.stringify(
      lines.map(({ figures }) => figures),
      null,
      2,
    ),
  );
}, 600_000);

it('a waiting ticket takes less than a byte of memory', () => {
  const before = process.memoryUsage().arrayBuffers;
  const line = new Line();
  for (let number = 1; number <= 1_000_000; number++) line.join(number);
  const bytes = (process.memoryUsage().arrayBuffers - before) / line.waiting;
  console.log(`${bytes.toFixed(2)} bytes for each waiting ticket`);
  expect(bytes).toBeLessThan(1);
});
