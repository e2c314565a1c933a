import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Both ends of one connection: towards the service that made it, and towards the server. */
type Link = readonly [near: Socket, far: Socket];

/** Leads to a TCP server by way of this process, which can break what passes, and lead it elsewhere. */
export class Cable {
  readonly #server: Server;
  #far: { readonly host: string; readonly port: number };
  readonly #links = new Set<Link>();
  #isSilent = false;

  private constructor(host: string, port: number) {
    this.#far = { host, port };
    // An end that has said its last word may still listen.
    const common = { noDelay: true, allowHalfOpen: true };
    this.#server = createServer(common, (near) => {
      this.#link(near, connect({ ...this.#far, ...common }));
    });
  }

  /** Lays a cable to a server, which need not be up yet. */
  static async to(host: string, port: number): Promise<Cable> {
    const cable = new Cable(host, port);
    cable.#server.listen({ port: 0, host: '127.0.0.1' });
    await once(cable.#server, 'listening');
    return cable;
  }

  /** Where its near end is. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** New connections lead to another server from now on; those that there are stay. */
  leadTo(port: number, host = this.#far.host): void {
    this.#far = { host, port };
  }

  /** Resets every connection. New ones can be made. */
  cut(): void {
    for (const link of this.#links) for (const socket of link) socket.resetAndDestroy();
  }

  /** From now on nothing gets through; nobody is told, and connections are taken as ever. */
  silence(): void {
    this.#isSilent = true;
    for (const [near, far] of this.#links) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** What was held up goes on its way, news of connections that ended meanwhile included. */
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

  /** Lets both ends talk, or ends one where the other has ended. */
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
