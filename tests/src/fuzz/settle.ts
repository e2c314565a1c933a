import type { Fan } from '@frontrow/stack/fan';
import { admittedFan, concertOnSale } from '../testing/system.ts';
import type { Sale, System } from '../testing/system.ts';
import type { Who } from './inputs.ts';
import type { World } from './values.ts';

/** The clients, and what there is to be asked for. */
export interface Settlement {
  readonly fan: Fan;
  readonly tokens: Readonly<Record<Who, string | undefined>>;
  readonly world: World;
}

/**
 * Two concerts on sale, and two fans who have a pass. One of them has bought seats of the first concert, and holds one of the
 * second.
 */
export async function settle(system: System): Promise<Settlement> {
  const [past, sale] = [await concertOnSale(system), await concertOnSale(system)];
  const { fan, pass: spent } = await admittedFan(system, past);
  const paid = await hold(fan, past, spent);
  await fan.pay(paid);
  await fan.reservationUntil(paid, 'CONFIRMED');
  const { ticketId, pass } = await fan.waitForAdmission(sale.concertId);
  const unpaid = await hold(fan, sale, pass);
  await fan.reservationUntil(unpaid, 'PENDING');
  const rival = await admittedFan(system, sale);
  return {
    fan,
    tokens: { fan: fan.token, rival: rival.fan.token, operator: system.operator.token, nobody: undefined },
    world: {
      ...worldOf([past, sale], [fan, rival.fan, system.operator]),
      ...reservationsOf([unpaid, paid]),
      payment: await paymentsOf(fan),
      ...{ seatIds: sale.seats.map(({ id }) => id), admissionToken: [pass, rival.pass] },
      ...{ ticketId: [ticketId, rival.ticketId], queueTicket: [ticketId, rival.ticketId] },
      // The operator of the settings cannot be ended, so anybody may try.
      endOperator: [system.operator.id],
      // A wrong password, so that the fan who asks is not deleted.
      ...{
        password: ['another-long-password', 'short'],
        email: ['fuzz@example.org', 'Fuzz@Example.org', 'a'],
      },
      ...{ section: ['A'], search: ['Story', '밤'] },
    },
  };
}

async function hold(fan: Fan, { scheduleId }: Sale, pass: string): Promise<string> {
  const answer = await fan.hold(scheduleId, pass, { bestAvailable: { count: 1 } });
  if (answer.__typename !== 'SeatHold') throw new Error(`no seat could be held: ${JSON.stringify(answer)}`);
  return answer.reservationId;
}

function worldOf(sales: readonly Sale[], people: readonly Fan[]): World {
  const concerts = sales.map(({ concertId }) => concertId).toReversed();
  const schedules = sales.map(({ scheduleId }) => scheduleId).toReversed();
  return {
    ...{ concert: concerts, concertId: concerts, concertChanged: concerts, waitingRoom: concerts },
    ...{ schedule: schedules, scheduleId: schedules },
    user: people.map(({ id }) => id),
  };
}

async function paymentsOf(fan: Fan): Promise<string[]> {
  const { me } = await fan.ask<{
    me: { reservations: { edges: { node: { payment: { id: string } | null } }[] } };
  }>('{ me { reservations { edges { node { payment { id } } } } } }');
  return me.reservations.edges.flatMap(({ node }) => node.payment?.id ?? []);
}

const reservationsOf = (reservations: readonly string[]): World => ({
  ...{ reservation: reservations, reservationId: reservations, saga: reservations },
  ...{ cancelReservation: reservations, reservationChanged: reservations },
});
