import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Deck } from '@frontrow/kit/testing/random';
import type { Random } from '@frontrow/kit/testing/random';

const upgrade = (path: string) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: frontrow',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    '\r\n',
  ].join('\r\n');

/** A text frame as a client sends it (RFC 6455), masked with zeros. */
function frame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const head = [0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Stands for a wait for the answer to what was sent before. */
const answer = Symbol('answer');

/** What a client sends before it is cut off. */
export type Stage = readonly (string | Buffer | typeof answer)[];

const post = (accept: string, body: string, length = body.length) =>
  `POST /graphql HTTP/1.1\r\nHost: frontrow\r\nAccept: ${accept}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;

/** The stages at which a client may be cut off, by name, with what it has sent by then. */
export function stages(scheduleId: string): Readonly<Record<string, Stage>> {
  const query = 'subscription ($id: ID!) { seatsChanged(scheduleId: $id) { seats { id } } }';
  const operation = { query, variables: { id: scheduleId } };
  const subscribe = frame({ id: '1', type: 'subscribe', payload: operation });
  const opened: Stage = [upgrade('/graphql'), answer, frame({ type: 'connection_init' }), answer];
  return {
    'half a request line': ['GET /gra'],
    'half a body': [post('application/json', '{"query":"{', 500)],
    'a query': [post('application/json', '{"query":"{ concerts { edges { node { id } } } }"}')],
    'upgrade refused': [upgrade('/nope')],
    'upgrade accepted': [upgrade('/graphql')],
    'upgrade accepted and answered': [upgrade('/graphql'), answer],
    'in the middle of a frame': [upgrade('/graphql'), answer, subscribe.subarray(0, 20)],
    'subscribing over a WebSocket': [...opened, subscribe],
    'in the middle of a subscription': [...opened, subscribe, answer],
    'asking for an event stream': [post('text/event-stream', JSON.stringify(operation))],
    'in the middle of an event stream': [post('text/event-stream', JSON.stringify(operation)), answer],
    'pipelined event streams': [post('text/event-stream', JSON.stringify(operation)).repeat(3), answer],
  };
}

/**
 * Connects many times. Each time it goes as far as a stage that chance chooses, and cuts the connection off, mostly with a
 * reset.
 * @returns how often at each stage
 */
export async function cutConnections(
  url: string,
  scheduleId: string,
  times: number,
  random: Random,
): Promise<Record<string, number>> {
  const all = stages(scheduleId);
  const deck = new Deck(random, Object.keys(all));
  const done: Record<string, number> = {};
  const cutOne = async (name: string, isReset: boolean) => {
    await cutOff(url, all[name] ?? [], isReset);
    done[name] = (done[name] ?? 0) + 1;
  };
  for (let left = times; left > 0; left -= 20) {
    const cuts = Array.from({ length: Math.min(left, 20) }, () => cutOne(deck.deal(), random.next() < 0.8));
    await Promise.all(cuts);
  }
  return done;
}

/** Connects, sends this much, and is gone. */
export async function cutOff(url: string, stage: Stage, isReset: boolean): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  await speak(socket, stage);
  if (isReset) socket.resetAndDestroy();
  else socket.destroy();
}

async function speak(socket: Socket, stage: Stage): Promise<void> {
  for (const part of stage) {
    if (part !== answer) socket.write(part);
    // If the other side has ended the connection, there will be no data.
    else await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  }
  await new Promise((resolve) => setImmediate(resolve));
}
