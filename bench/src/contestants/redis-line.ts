import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { standGuard } from '@frontrow/stack/processes/guard';
import { launch, untilReady } from '@frontrow/stack/processes/process';
import { freePorts } from '@frontrow/stack/servers/ports';
import type { Contestant, Database } from '../contestant.ts';
import { assertInstalled, startPeer } from './peer-process.ts';
import { TokenSigner } from './tokens.ts';

const howToInstall =
  'It needs a Redis server: `apt-get install redis-server`, or set REDIS_SERVER to the path of one.';

/** Starts the waiting room in bench/peers/redis-line on a Redis server of its own, which syncs its log after each command. */
export async function startRedisLine(): Promise<Contestant> {
  // Checked first, because nobody would stop a Redis that was started in vain.
  assertInstalled('redis-line');
  const home = await mkdtemp(join(tmpdir(), 'frontrow-bench-'));
  const data = join(home, 'redis');
  await mkdir(data);
  const guard = standGuard(home);
  const program = process.env['REDIS_SERVER'] || 'redis-server';
  const [port = 0, redisPort = 0] = await freePorts(2);
  const { stdout: version } = await promisify(execFile)(program, ['--version']).catch(() => {
    throw new Error(howToInstall);
  });
  const redis = await launch({
    name: 'redis',
    command: program,
    args: ['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', data, '--save', '', ...durable],
    log: join(home, 'redis.log'),
    guard,
  });
  await untilReady(redis, () => isUp(redisPort), 10_000);
  const signer = new TokenSigner();
  const { server, url, client } = await startPeer({
    folder: 'redis-line',
    port,
    home,
    environment: { REDIS_PORT: String(redisPort), PUBLIC_KEY: signer.publicKey },
    guard,
  });
  const notAsked = () => Promise.reject(new Error('It sells no seats.'));
  return {
    name: 'redis-line',
    version: '0.1.0',
    reservationsBefore: 0,
    urls: [url],
    client,
    database: redisDatabase(redisPort, version.trim()),
    share: 4,
    pids: { server: server.pid, redis: redis.pid },
    generators: [],
    openSale: () => Promise.resolve({ concertId: randomUUID(), scheduleId: '', seatIds: [] }),
    letIn: notAsked,
    accounts: (count) => Promise.resolve(Array.from({ length: count }, () => signer.accessToken())),
    admittedFans: notAsked,
    sold: notAsked,
    rest: () => Promise.resolve(),
    audit: () => auditLines(redisPort),
    stop: async () => {
      await client.close();
      await server.stop();
      await redis.stop();
      await guard.dismiss();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function isUp(port: number): Promise<void> {
  const answer = await ask(port, 'PING');
  if (answer !== '+PONG') throw new Error(`Redis says ${answer}`);
}

const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];

function redisDatabase(port: number, version: string): Database {
  let asked = 0;
  return {
    async work() {
      const stats = await ask(port, 'INFO stats');
      const commands = Number(/total_commands_processed:(\d+)/.exec(stats)?.[1]);
      // The server's counter does not include the command that reads it.
      return { statements: commands - asked++, transactions: 0, writingCommits: 0, rollbacks: 0, logKb: 0 };
    },
    settings: () => Promise.resolve({ version, appendonly: 'yes', appendfsync: 'always' }),
  };
}

/** Checks that the numbers in each line have no gap. */
async function auditLines(port: number): Promise<string[]> {
  const keys = await ask(port, 'KEYS last-number:*');
  const found: string[] = [];
  for (const [, concert = ''] of keys.matchAll(/last-number:(\S+)/g)) {
    const last = (await ask(port, `GET last-number:${concert}`)).split('\r\n').at(-1);
    const joined = /\d+/.exec(await ask(port, `ZCARD line:${concert}`))?.[0];
    if (last !== joined) found.push(`the last number of ${concert} is ${last}, but ${joined} have joined`);
  }
  return found;
}

/** The answer to one inline command (https://redis.io/docs/latest/develop/reference/protocol-spec), as text. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection(port, '127.0.0.1', () => socket.write(`${command}\r\nQUIT\r\n`));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.replace(/\+OK\r\n$/, '').trim()));
  });
}
