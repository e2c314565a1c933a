import { newId } from '@frontrow/kit/ids';
import { closeBroker, connectBroker, ensureStream, subjectOf } from './broker.ts';
import type { Broker } from './broker.ts';
import { ticketAdmitted, ticketEnded } from './contracts/queue.ts';
import { overhear } from './overhear.ts';
import { published } from './testing.ts';
import { eventually } from './testing/eventually.ts';
import { silent } from './testing/service.ts';

describe('events that are overheard', () => {
  let broker: Broker;
  beforeAll(async () => {
    const urls = [process.env['TEST_NATS_URL'] ?? ''];
    broker = await connectBroker({ urls, service: 'tested', replicas: 1, log: silent });
    await ensureStream(broker);
  });
  afterAll(() => closeBroker(broker));

  const publish = (type: string, text: string) => broker.stream.publish(subjectOf(type, newId()), text);
  const ended = () => {
    const ticketId = newId();
    const ids = { ticketId, userId: newId(), concertId: newId() };
    return published(ticketEnded.about(ticketId, { ...ids, reason: 'LEFT' as const }));
  };

  it('are those of the types asked for, in the shape of their contract, until one stops', async () => {
    const mine: string[] = [];
    const event = ended();
    const overhearing = overhear(broker, [ticketEnded], ({ ticketId }) => mine.push(ticketId));
    await publish(ticketEnded.type, 'no event at all');
    await publish(ticketEnded.type, JSON.stringify({ ...event, data: { ticketId: 7 } }));
    await publish(ticketAdmitted.type, JSON.stringify({ ...event, type: ticketAdmitted.type }));
    await publish(ticketEnded.type, JSON.stringify(event));
    await eventually(() => expect(mine).toContain(event.subject));
    overhearing.stop();
    await publish(ticketEnded.type, JSON.stringify(ended()));
    await broker.connection.flush();
    expect(mine).toEqual([event.subject]);
  });
});
