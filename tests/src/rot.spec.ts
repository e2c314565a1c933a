import { rot } from '@frontrow/stack/chaos/rot';
import { Fan } from '@frontrow/stack/fan';
import { natsFolder } from '@frontrow/stack/servers/kept-servers';
import { startSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system.stop(), 30_000);

const count = 40;

/** While payments is down fans register, and then what the stream has of it rots. */
async function registerInVain(how: 'flipped' | 'truncated'): Promise<Fan[]> {
  const { stack, url } = system;
  const fans: Fan[] = [];
  const broker = stack.process('nats');
  await stack.process('payments').killAndThen(async () => {
    for (let i = 0; i < count; i++) fans.push(await Fan.register(url, `${how} ${i}`));
    await broker.killAndThen(async () => {
      expect(await rot(natsFolder(stack.home, 1, 0), how, `"${how} `, 0.5)).toBe(true);
    });
  });
  return fans;
}

describe('a bit of the stream that rots in the middle of what payments has not heard', () => {
  it.each(['flipped', 'truncated'] as const)(
    'costs no fan a wallet, when it is %s',
    async (how) => {
      const fans = await registerInVain(how);
      interface Me {
        me: { wallet: { balance: number } | null } | null;
      }
      const query = '{ me { wallet { balance } } }';
      await Promise.all(fans.map((fan) => fan.until<Me>(query, {}, ({ me }) => me?.wallet?.balance === 0)));
    },
    120_000,
  );
});
