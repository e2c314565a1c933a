import { Cable } from '@frontrow/stack/testing/cable';
import type { Server } from './plan.ts';

/** The cables between each process of a service and its servers. */
export class Wiring {
  readonly #cables: { process: string; to: Server; cable: Cable }[] = [];

  /** Replaces the addresses of a process's servers in its settings by those of the near ends of its cables. */
  async reroute(process: string, settings: Record<string, string>): Promise<Record<string, string>> {
    const { DATABASE_URL, NATS_URL } = settings;
    if (DATABASE_URL === undefined || NATS_URL === undefined) return settings;
    const brokers = NATS_URL.split(',').map((url) => this.#lay(process, 'broker', url));
    return {
      ...settings,
      DATABASE_URL: await this.#lay(process, 'database', DATABASE_URL),
      NATS_URL: (await Promise.all(brokers)).join(','),
    };
  }

  between(process: string, server: Server): Cable[] {
    return this.#cables
      .filter((each) => each.process === process && each.to === server)
      .map(({ cable }) => cable);
  }

  close(): void {
    for (const { cable } of this.#cables) cable.close();
  }

  async #lay(process: string, to: Server, address: string): Promise<string> {
    const url = new URL(address);
    const cable = await Cable.to(url.hostname, Number(url.port));
    this.#cables.push({ process, to, cable });
    url.port = String(cable.port);
    return url.href;
  }
}
