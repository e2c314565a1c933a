import { parseArgs } from 'node:util';
import { Fan } from './fan.ts';
import { openSale } from './open-sale.ts';

/**
 * `tsx -C source stack/src/buy-once.ts http://127.0.0.1:4000/graphql`: proves that a system sells, wherever it runs. The operator
 * of OPERATOR_EMAIL and OPERATOR_PASSWORD puts a concert on sale, and a fan buys two seats. It exits with 1 if the fan does not
 * get the tickets.
 */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const url = positionals[0] ?? 'http://127.0.0.1:4000/graphql';
  const { OPERATOR_EMAIL: email = 'operator@frontrow.test', OPERATOR_PASSWORD: password = '' } = process.env;
  const operator = await Fan.logIn(url, email, password);
  const { concertId, scheduleId } = await openSale(operator, {
    title: 'A sale to try the system',
    artist: 'Nobody',
    description: 'Made by buy-once',
    price: 100,
    rows: 2,
    seatsPerRow: 2,
  });
  const fan = await Fan.register(url);
  const { pass } = await fan.waitForAdmission(concertId);
  const hold = await fan.hold(scheduleId, pass, { bestAvailable: { count: 2 } });
  if (hold.__typename !== 'SeatHold') throw new Error(`no seats were held: ${JSON.stringify(hold)}`);
  await fan.charge(hold.total);
  const payment = await fan.pay(hold.reservationId);
  if (payment.__typename !== 'Payment' || payment.status !== 'COMPLETED')
    throw new Error(`the payment is not complete: ${JSON.stringify(payment)}`);
  const { status, seats } = await fan.reservationUntil(hold.reservationId, 'CONFIRMED');
  console.log(`${status}: ${seats.map(({ label }) => label).join(', ')} for ${payment.amount} points.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
