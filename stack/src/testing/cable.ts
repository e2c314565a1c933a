import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** The two ends of a connection: near the service that made it, and near the server. */
type Link = readonly [near: Socket, far: Socket];

/** A connection to a TCP server through this process, which can break it, or redirect it to another server. */
export class Cable {
  readonly #server: Server;
  #far: { readonly host: string; readonly port: number };
  readonly #links = new Set<Link>();
  #isSilent = false;

  private constructor(host: string, port: number) {
    this.#far = { host, port };
    // An end that has finished sending may still receive.
    const common = { noDelay: true, allowHalfOpen: true };
    this.#server = createServer(common, (near) => {
      this.#link(near, connect({ ...this.#far, ...common }));
    });
  }

  /** Lays a cable to a server, which need not be running yet. */
  static async to(host: string, port: number): Promise<Cable> {
    const cable = new Cable(host, port);
    cable.#server.listen({ port: 0, host: '127.0.0.1' });
    await once(cable.#server, 'listening');
    return cable;
  }

  /** The port of the near end. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on, new connections go to another server; existing ones stay. */
  leadTo(port: number, host = this.#far.host): void {
    this.#far = { host, port };
  }

  /** Resets every connection. New ones can be made. */
  cut(): void {
    for (const link of this.#links) for (const socket of link) socket.resetAndDestroy();
  }

  /** From now on nothing gets through. Neither end notices, and connections are still accepted. */
  silence(): void {
    this.#isSilent = true;
    for (const [near, far] of this.#links) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** Delivers everything that was held back, including the ends of connections that ended meanwhile. */
  restore(): void {
    this.#isSilent = false;
    for (const link of this.#links) this.#join(link);
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #link(near: Socket, far: Socket): void {
    const link: Link = [near, far];
    this.#links.add(link);
    for (const socket of link) {
      socket.on('error', () => undefined); // 'close' follows
      socket.on('close', () => {
        if (!this.#isSilent) this.#join(link);
      });
    }
    if (!this.#isSilent) this.#join(link);
  }

  /** Connects both ends, and ends one if the other has ended. */
  #join(link: Link): void {
    const [near, far] = link;
    if (!near.destroyed && !far.destroyed) {
      near.pipe(far).pipe(near);
      return;
    }
    this.#links.delete(link);
    for (const socket of link) socket.destroySoon();
  }
}
