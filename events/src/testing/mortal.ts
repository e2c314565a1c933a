// A replica that dies, by SIGKILL, at the very line that DIES_AT names. Run by crash.spec.ts as a process of its own.
import { createRequire } from 'node:module';
import { handler } from '../handler.ts';
import { userRegistered } from '../contracts/users.ts';
import { leaveEffect, startReplica } from './service.ts';

const die = () => process.kill(process.pid, 'SIGKILL');
const { NATS_URL: natsUrl, DATABASE_URL: databaseUrl, DIES_AT: line } = process.env;
if (natsUrl === undefined || databaseUrl === undefined)
  throw new Error('NATS_URL or DATABASE_URL is not set');

const replica = await startReplica({ natsUrl, databaseUrl });
switch (line) {
  case 'the effect is made, not committed':
    replica.startConsumer(
      handler(userRegistered, async (tx, event) => {
        await leaveEffect.handle(tx, [event]);
        die();
      }),
    );
    break;
  case 'the effect is committed, not acknowledged': {
    const require = createRequire(import.meta.url);
    const { JsMsgImpl } = require('nats/lib/jetstream/jsmsg.js') as {
      JsMsgImpl: { prototype: { ack: unknown } };
    };
    JsMsgImpl.prototype.ack = die;
    replica.startConsumer(leaveEffect);
    break;
  }
  case 'the event is published, not marked so': {
    const { stream } = replica.broker;
    const publish = stream.publish.bind(stream);
    stream.publish = async (...args) => {
      const ack = await publish(...args);
      die();
      return ack;
    };
    replica.startRelay();
    break;
  }
  case undefined:
  default:
    throw new Error(`no such line: ${String(line)}`);
}
