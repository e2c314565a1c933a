import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@frontrow/kit/testing/random';
import { WebSocket } from 'ws';
import type { Commands, LoggedIn, Place, Ticket } from './crowd.ts';

// A process with many fans: see crowd.ts. It does little for each message, because it shares the processors with what is
// measured.

const placeQuery = `subscription ($ticketId: ID!) {
  queuePosition(ticketId: $ticketId) { position status concert { title venue { name } } }
}`;
const enterQuery = `mutation ($concertId: ID!) {
  enterQueue(concertId: $concertId) { ... on QueueTicket { id number } }
}`;
const leaveQuery = 'mutation ($ticketId: ID!) { leaveQueue(ticketId: $ticketId) { __typename } }';

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly data?: Record<string, unknown> | null; readonly errors?: unknown };
}

class Guest {
  readonly place: Place = {
    at: 0,
    position: -1,
    status: 'UNKNOWN',
    heard: 0,
    isWhole: true,
    hasGrown: false,
  };
  readonly #socket: WebSocket;
  #ticketId = '';
  #answered: (message: Message) => void = () => undefined;
  #hasHeard: () => void = () => undefined;
  #shopsForMs: number | undefined;
  #isLeaving = false;
  readonly #patience: number;

  /** @param patience from 0 to 1: which part of the time that fans have until they leave this one takes */
  constructor(url: string, localAddress: string, patience: number) {
    this.#patience = patience;
    this.#socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false, localAddress });
    this.#socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as Message;
      if (message.id === 'place' && message.type === 'next') this.#hear(message);
      else if (message.type === 'next' || message.type === 'connection_ack') this.#answered(message);
      else if (message.type !== 'complete') fail(new Error(JSON.stringify(message)));
    });
    this.#socket.on('error', fail);
    this.#socket.on('close', (code) => fail(new Error(`a connection was closed with ${code}`)));
  }

  async introduce(token: string): Promise<void> {
    await new Promise((resolve) => this.#socket.once('open', resolve));
    await this.#ask({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  }

  async enter(concertId: string): Promise<Ticket> {
    const ticket = (await this.#mutate(enterQuery, { concertId }))['enterQueue'] as Ticket;
    this.#ticketId = ticket.id;
    return ticket;
  }

  /**
   * Resolves when the fan has received their position.
   * @param shopsForMs how long the fan stays at most once admitted; for ever if left out
   */
  follow(shopsForMs: number | undefined): Promise<void> {
    this.#shopsForMs = shopsForMs;
    const payload = { query: placeQuery, variables: { ticketId: this.#ticketId } };
    this.#socket.send(JSON.stringify({ id: 'place', type: 'subscribe', payload }));
    return new Promise((resolve) => (this.#hasHeard = resolve));
  }

  async leave(withinMs: number): Promise<void> {
    await pause(this.#patience * withinMs);
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    await this.#mutate(leaveQuery, { ticketId: this.#ticketId });
  }

  #hear({ payload }: Message): void {
    const { position, status, concert } = payload!.data!['queuePosition'] as {
      position: number;
      status: string;
      concert: { title: string; venue: { name: string } } | null;
    };
    const { place } = this;
    place.at = Date.now();
    place.hasGrown ||= place.heard > 0 && position > place.position;
    place.isWhole &&= payload?.errors === undefined && typeof concert?.venue.name === 'string';
    place.heard += 1;
    place.position = position;
    if (status === 'ADMITTED' && place.status !== status && this.#shopsForMs !== undefined)
      void this.leave(this.#shopsForMs);
    place.status = status;
    this.#hasHeard();
  }

  async #mutate(query: string, variables: object): Promise<Record<string, unknown>> {
    const { payload } = await this.#ask({ id: 'mutation', type: 'subscribe', payload: { query, variables } });
    if (payload?.data == null) throw new Error(JSON.stringify(payload));
    return payload.data;
  }

  #ask(message: object): Promise<Message> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.send(JSON.stringify(message));
    });
  }
}

const guests: Guest[] = [];

const commands: Commands = {
  come: async ({ url, localAddress, accounts, seed }) => {
    const random = new Random(seed);
    await someAtATime(accounts, 20, async ({ token }: LoggedIn) => {
      const guest = new Guest(url, localAddress, random.next());
      await guest.introduce(token);
      guests.push(guest);
    });
  },
  enter: ({ concertId, atOnce }) => someAtATime(guests, atOnce, (guest) => guest.enter(concertId)),
  follow: async ({ share: [nth, of], shopsForMs }) => {
    const followers = guests.filter((_, i) => i % of === nth);
    await someAtATime(followers, 100, (guest) => guest.follow(shopsForMs));
  },
  leave: async ({ share: [nth, of], withinMs }) => {
    const leavers = guests.filter((_, i) => i % of === nth);
    await Promise.all(leavers.map((guest) => guest.leave(withinMs)));
  },
  places: () => Promise.resolve(guests.map(({ place }) => place)),
};

/** Does it for each of them, a limited number at a time, and returns the answers in order. */
async function someAtATime<Each, Answer>(
  all: readonly Each[],
  atOnce: number,
  work: (each: Each) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const oneByOne = async () => {
    for (let i = next++; i < all.length; i = next++) answers[i] = await work(all[i] as Each);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, oneByOne));
  return answers;
}

function fail(error: Error): void {
  console.error(error);
  process.exit(1);
}

process.on(
  'message',
  ({ nth, command, options }: { nth: number; command: keyof Commands; options: never }) => {
    commands[command](options).then((answer) => process.send?.({ nth, answer }), fail);
  },
);
process.on('disconnect', () => process.exit());
