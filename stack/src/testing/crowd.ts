import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { tsx } from '../services.ts';
import type { Account } from './accounts.ts';

/** What a fan was told about their position. */
export interface Place {
  /** When they received it, in ms since the epoch. */
  at: number;
  /** -1 until they receive one. */
  position: number;
  status: string;
  /** How often they received something. */
  heard: number;
  /** Whether everything that they received included the concert, and no error. */
  isWhole: boolean;
  /** Whether they were ever told that they are farther back than before. */
  hasGrown: boolean;
}

export interface Ticket {
  readonly id: string;
  readonly number: number;
}

/** Every `of`th fan: `[1, 3]` is each third fan, beginning with the second. */
export type Share = readonly [nth: number, of: number];

export type LoggedIn = Pick<Account, 'token'>;

/** What a process with many fans does when it is told to. */
export interface Commands {
  come(options: {
    url: string;
    localAddress: string;
    accounts: readonly LoggedIn[];
    seed: number;
  }): Promise<void>;
  enter(options: { concertId: string; atOnce: number }): Promise<Ticket[]>;
  follow(options: { share: Share; shopsForMs: number | undefined }): Promise<void>;
  leave(options: { share: Share; withinMs: number }): Promise<void>;
  places(options: undefined): Promise<Place[]>;
}

/** Thousands of fans, each with a WebSocket of their own, in processes apart from everything else. */
export class Crowd {
  readonly #processes: readonly CrowdProcess[];

  private constructor(processes: readonly CrowdProcess[]) {
    this.#processes = processes;
  }

  /**
   * @param urls the addresses of the gateways, `http://…/graphql`, which the processes take in turns
   * @param options.seed says how soon each of them leaves
   */
  static async come(
    urls: readonly string[],
    accounts: readonly LoggedIn[],
    { processes = 2, seed = 1 } = {},
  ): Promise<Crowd> {
    const crowd = new Crowd(Array.from({ length: processes }, () => new CrowdProcess()));
    const each = Math.ceil(accounts.length / processes);
    await Promise.all(
      crowd.#processes.map((process, i) =>
        process.tell('come', {
          url: (urls[i % urls.length] as string).replace('http', 'ws'),
          // One address has ports for 28,000 connections to the gateway.
          localAddress: `127.0.0.${2 + i}`,
          accounts: accounts.slice(i * each, (i + 1) * each),
          seed: seed + i,
        }),
      ),
    );
    return crowd;
  }

  get pids(): number[] {
    return this.#processes.map(({ pid }) => pid);
  }

  /**
   * Joins the waiting room, with a limited number at a time in each process.
   * @returns the tickets, in the order of the accounts
   */
  async enter(concertId: string, atOnce: number): Promise<Ticket[]> {
    return (await this.#all('enter', { concertId, atOnce })).flat();
  }

  /** Resolves when all of them have received their position for the first time. */
  async follow(share: Share = [0, 1], shopsForMs?: number): Promise<void> {
    await this.#all('follow', { share, shopsForMs });
  }

  /** Each of them leaves at some moment within that time. */
  async leave(share: Share, withinMs: number): Promise<void> {
    await this.#all('leave', { share, withinMs });
  }

  /** In the order of the accounts. */
  async places(): Promise<Place[]> {
    return (await this.#all('places', undefined)).flat();
  }

  go(): void {
    for (const process of this.#processes) process.end();
  }

  #all<Command extends keyof Commands>(
    command: Command,
    options: Parameters<Commands[Command]>[0],
  ): Promise<Awaited<ReturnType<Commands[Command]>>[]> {
    return Promise.all(this.#processes.map((process) => process.tell(command, options)));
  }
}

class CrowdProcess {
  readonly #process = fork(fileURLToPath(new URL('crowd-process.ts', import.meta.url)), {
    execArgv: ['--import', tsx(), '-C', 'source'],
    serialization: 'advanced',
  });
  readonly #answers: ((answer: unknown) => void)[] = [];
  readonly #gone = once(this.#process, 'exit').then(() => {
    throw new Error('a process full of fans has ended');
  });

  constructor() {
    this.#gone.catch(() => undefined); // whoever waits for an answer gets the error
    this.#process.on('message', ({ nth, answer }: { nth: number; answer: unknown }) => {
      this.#answers[nth]?.(answer);
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  tell<Command extends keyof Commands>(
    command: Command,
    options: Parameters<Commands[Command]>[0],
  ): ReturnType<Commands[Command]> {
    const nth = this.#answers.length;
    const answer = new Promise((resolve) => this.#answers.push(resolve));
    this.#process.send({ nth, command, options });
    return Promise.race([answer, this.#gone]) as ReturnType<Commands[Command]>;
  }

  end(): void {
    this.#process.kill();
  }
}
