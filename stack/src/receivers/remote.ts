import type { Behaviour } from './behaviour.ts';
import type { Report, Taken } from './receiver.ts';
import type { ReceiverName } from './server.ts';

/** A receiver in another process, which can be asked what it got, and told how to behave. */
export class RemoteReceiver {
  /** The address that Frontrow calls. */
  readonly url: string;

  constructor(receiversUrl: string, name: ReceiverName) {
    this.url = `${receiversUrl}/${name}`;
  }

  report(): Promise<Report> {
    return ask(this.url);
  }

  /** What it received, in order. */
  taken<Body>(): Promise<(Omit<Taken, 'body'> & { body: Body })[]> {
    return ask(`${this.url}/taken`);
  }

  /** What is left out is as in a well-behaved system. */
  behave(behaviour: Partial<Behaviour>): Promise<Behaviour> {
    return ask(`${this.url}/behaviour`, { method: 'PUT', body: JSON.stringify(behaviour) });
  }
}

async function ask<Answer>(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
