import { deleteOld } from '@frontrow/kit/retention';
import { retention } from '../../../../../subgraphs/deliveries/src/storage/retention.ts';
import * as circuits from '../../../../../subgraphs/deliveries/src/storage/circuits.ts';
import * as deliveries from '../../../../../subgraphs/deliveries/src/storage/deliveries.ts';
import { entities } from '../../../../../subgraphs/deliveries/src/storage/entities.ts';
import * as recipients from '../../../../../subgraphs/deliveries/src/storage/recipients.ts';
import * as leases from '../../../../../subgraphs/deliveries/src/storage/leases.ts';
import { migrations } from '../../../../../subgraphs/deliveries/src/storage/migrations.ts';
import { at, id } from './script.ts';
import type { StorageScript } from './script.ts';

const pending = (number: number, cause: string | null = null): any => ({
  ...{
    id: id(number),
    target: 'SLACK',
    eventId: id(20 + number),
    eventType: `type-${number}`,
    subject: id(50),
  },
  ...{ event: '{}', attempts: 0, failedRounds: 0, lastError: null, cause, giveUpAt: at(1_000) },
  ...{ status: 'PENDING', nextAttemptAt: at(number), leasedUntil: null },
});
const fan = (number: number) => ({ userId: id(number), email: 'a@example.org', locale: 'ko' });
const delivered: any = { ...pending(1), status: 'DELIVERED', attempts: 1, deliveredAt: at(7) };
const atOnce = retention.map((rule) => ({ ...rule, keepMs: 0 }));
const claim = { target: 'SLACK', count: 10, lease: id(60), leasedUntil: at(30), now: at(10) } as const;
const halfOpen: any = {
  state: 'HALF_OPEN',
  generation: 2,
  reopensAt: at(9),
  started: 2,
  succeeded: 1,
  failed: 0,
};
const every = { status: undefined, target: undefined, before: undefined, count: 10 };

export const deliveriesScript: StorageScript = {
  entities,
  migrations,
  calls: [
    (m) => circuits.findCircuit(m, 'SLACK'),
    (m) => circuits.updateCircuit(m, 'SLACK', halfOpen),
    (m) => circuits.lockCircuit(m, 'SLACK'),
    (m) => circuits.findCircuits(m, ['SLACK', 'DATA_PLATFORM']),
    (m) => deliveries.insertDeliveries(m, [], at(0)),
    (m) => deliveries.insertDeliveries(m, [pending(1), { ...pending(2), eventId: id(21) }], at(0)),
    (m) => deliveries.insertDeliveries(m, [pending(2, 'type-1')], at(0)),
    (m) => deliveries.insertDeliveries(m, [{ ...pending(3, 'unknown'), subject: id(51) }], at(0)),
    (m) => leases.nextDue(m, 'SLACK'),
    (m) => leases.nextDue(m, 'SLACK', at(1)),
    (m) => leases.nextDue(m, 'DATA_PLATFORM', at(0)),
    (m) => leases.leaseDue(m, claim),
    (m) => leases.leaseDue(m, claim),
    (m) => leases.settle(m, { ...pending(1), attempts: 1 }, id(61)),
    (m) => leases.settle(m, delivered, id(61)),
    (m) => leases.settleDelivered(m, []),
    (m) => leases.leaseDue(m, { ...claim, lease: id(62) }),
    (m) => leases.leaseDue(m, { ...claim, now: at(100_000), leasedUntil: at(200_000) }),
    (m) => leases.failOverdue(m as any, 'SLACK', at(100_000)),
    (m) => leases.failOverdue(m as any, 'SLACK', at(200_000)),
    (m) => recipients.noteRecipients(m, [fan(71), fan(70), fan(70)]),
    (m) => recipients.noteRecipients(m, [{ ...fan(70), email: 'other@example.org' }]),
    (m) => recipients.noteRecipients(m, []),
    (m) => recipients.forgetRecipient(m, id(71), at(8)),
    (m) => recipients.forgetRecipient(m, id(72), at(8)),
    (m) => recipients.noteRecipients(m, [fan(72)]),
    (m) => recipients.findForgotten(m, [id(70), id(71), id(72), id(73)]),
    (m) => recipients.findRecipient(m, id(70)),
    (m) => recipients.findRecipient(m, id(71)),
    (m) => recipients.findRecipient(m, id(73)),
    (m) => deliveries.findConfirmation(m, id(50)),
    (m) => deliveries.lockDelivery(m, id(2)),
    (m) => deliveries.updateDelivery(m, { ...pending(2), attempts: 9 }),
    (m) => deliveries.findDeliveries(m, [id(1), id(2)]),
    (m) => deliveries.listDeliveries(m, every),
    (m) => deliveries.listDeliveries(m, { status: 'PENDING', target: 'SLACK', before: id(3), count: 1 }),
    (m) => deleteOld(m, atOnce, at(7)),
    (m) => deleteOld(m, atOnce, at(8)),
  ],
};
