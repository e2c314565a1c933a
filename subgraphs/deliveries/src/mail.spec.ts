import { newId } from '@frontrow/kit/ids';
import { circuits, listed } from './testing/answers.ts';
import { deliveriesUnderTest, eventually } from './testing/deliveries-under-test.ts';
import type { DeliveriesUnderTest, UnderTestOptions } from './testing/deliveries-under-test.ts';
import { aHistory, told } from './testing/events.ts';

let service: DeliveriesUnderTest;
const begin = async (settings: UnderTestOptions['settings'] = {}) => {
  service = await deliveriesUnderTest({ targets: ['MAIL'], settings });
};
afterEach(() => service.close());

const subjects = async (to: string) => (await service.mailbox.mails(to)).map(({ subject }) => subject);
const statuses = async () => (await listed(service)).map(({ status }) => status);

describe('a fan', () => {
  it('is sent tickets, a new date and refunds in the language of the account, with an id that stays the same', async () => {
    await begin();
    const { registered, confirmed, moved, refunded } = aHistory();
    await service.hear(told(registered));
    const event = told(confirmed);
    await service.hear(event);
    service.start();
    await eventually(async () => expect(await service.mailbox.mails()).toHaveLength(1));
    const [mail] = await service.mailbox.mails('minji@example.com');
    expect(mail).toMatchObject({
      from: '"Frontrow" <tickets@frontrow.test>',
      to: ['minji@example.com'],
      subject: '예매가 완료되었습니다: 밤의 정원 & <Friends>',
      messageId: `<${event.id}@frontrow.test>`,
      text: expect.stringContaining(`https://frontrow.test/tickets/${event.subject}`),
      html: expect.stringContaining('밤의 정원 &amp; &lt;Friends&gt;'),
      attachments: [{ filename: 'frontrow.ics', contentType: 'text/calendar' }],
    });
    await service.hear(told(moved));
    await eventually(async () =>
      expect((await subjects('minji@example.com'))[0]).toBe(
        '공연 일정이 바뀌었습니다: 밤의 정원 & <Friends>',
      ),
    );
    await service.hear(told(refunded));
    await eventually(async () =>
      expect((await subjects('minji@example.com'))[0]).toBe('취소 및 환불 안내: 밤의 정원 & <Friends>'),
    );
    // It is about the date that the fan was told last.
    const [last] = await service.mailbox.mails('minji@example.com');
    expect(last?.text).toContain('2027년 1월 16일');
    await eventually(async () => expect(await statuses()).toEqual(Array(3).fill('DELIVERED')));
  });

  it('is sent a link to the address that it was asked for, before the account is heard of', async () => {
    await begin();
    service.start();
    const { resetting, confirmed } = aHistory('haneul@example.com');
    await service.hear(told(resetting));
    await eventually(async () =>
      expect(await subjects('haneul@example.com')).toEqual(['Choose a new password']),
    );
    await service.hear(told(confirmed));
    await eventually(async () => expect(await subjects('haneul@example.com')).toHaveLength(2));
  });

  it('is sent no link that has expired', async () => {
    await begin();
    service.start();
    const { resetting } = aHistory();
    await service.hear(
      told({ ...resetting, data: { ...resetting.data, expiresAt: new Date().toISOString() } }),
    );
    await eventually(async () =>
      expect(await listed(service)).toMatchObject([{ status: 'FAILED', lastError: 'the link has expired' }]),
    );
    expect(await service.mailbox.mails()).toEqual([]);
  });

  it('is sent what was confirmed before their address was heard of, later, and no circuit opens for that', async () => {
    await begin({ RETRY_EVERY_SECONDS: 1 });
    service.start();
    const histories = Array.from({ length: 12 }, (_, i) => aHistory(`fan-${String(i)}@example.com`));
    await service.hear(...histories.map(({ confirmed }) => told(confirmed)));
    await eventually(async () =>
      expect((await listed(service)).filter(({ attempts }) => attempts > 0)).toHaveLength(12),
    );
    expect(await circuits(service)).toMatchObject([{ target: 'MAIL', state: 'CLOSED' }]);
    await service.hear(...histories.map(({ registered }) => told(registered)));
    await eventually(async () => expect(await service.mailbox.mails()).toHaveLength(12), 20_000);
  }, 30_000);

  it('is sent what our own database broke off, later, and no circuit opens for that', async () => {
    await begin({ RETRY_EVERY_SECONDS: 1 });
    const histories = Array.from({ length: 12 }, (_, i) => aHistory(`fan-${String(i)}@example.com`));
    await service.hear(...histories.map(({ registered }) => told(registered)));
    await service.hear(...histories.map(({ confirmed }) => told(confirmed)));
    const { database } = service;
    const lock = database.createQueryRunner();
    await lock.query('LOCK TABLES recipients WRITE');
    service.start();
    await eventually(async () => {
      // Whoever looks for an address waits for the lock, and loses the connection meanwhile.
      const looking = await database.query<{ id: number }[]>(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'SELECT email%'",
      );
      for (const { id } of looking) await database.query(`KILL ${String(id)}`);
      expect((await listed(service)).filter(({ attempts }) => attempts > 0)).toHaveLength(12);
    });
    await lock.query('UNLOCK TABLES');
    await lock.release();
    expect(await statuses()).not.toContain('FAILED');
    expect(await circuits(service)).toMatchObject([{ target: 'MAIL', state: 'CLOSED' }]);
    await eventually(async () => expect(await service.mailbox.mails()).toHaveLength(12), 20_000);
    await eventually(async () => expect(await statuses()).toEqual(Array(12).fill('DELIVERED')));
  }, 40_000);
});

describe('a deleted account', () => {
  it('leaves no address, in no table, and gets no mail any more, whatever comes late', async () => {
    await begin();
    const { registered, resetting, confirmed, deleted } = aHistory('unmistakable@example.com');
    await service.hear(told(registered), told(resetting));
    await service.hear(told(deleted));
    await service.hear(
      told({ ...resetting, data: { ...resetting.data, linkId: newId() } }),
      told(registered),
    );
    await service.hear(told(confirmed));
    service.start();
    await eventually(async () =>
      expect(await listed(service)).toMatchObject([
        { status: 'FAILED', lastError: 'the account was deleted' },
      ]),
    );
    expect(await service.mailbox.mails()).toEqual([]);
    const rows = await Promise.all(
      ['recipients', 'deliveries'].map((table) => service.database.query(`SELECT * FROM ${table}`)),
    );
    expect(JSON.stringify(rows)).not.toContain('unmistakable');
  });
});

describe('a mail server', () => {
  it('that refuses an address is not asked again, and one that has a bad moment is', async () => {
    await begin({ RETRY_EVERY_SECONDS: 3_600 });
    service.start();
    for (const name of ['refused', 'later']) {
      const { resetting } = aHistory(`${name}@example.com`);
      await service.hear(told(resetting));
    }
    await eventually(async () => {
      const [later, refused] = await listed(service);
      expect(refused).toMatchObject({
        status: 'FAILED',
        attempts: 1,
        lastError: expect.stringContaining('550'),
      });
      expect(later).toMatchObject({
        status: 'PENDING',
        attempts: 3,
        lastError: expect.stringContaining('451'),
      });
    });
  });

  it('that is slow is sent each mail once, however many are due', async () => {
    await begin({ ATTEMPT_TIMEOUT_MS: 3_000 });
    service.mailbox.delayMs = 1_000;
    const histories = Array.from({ length: 16 }, (_, i) => aHistory(`fan-${String(i)}@example.com`));
    await service.hear(...histories.map(({ resetting }) => told(resetting)));
    service.start();
    await eventually(async () => expect(await statuses()).toEqual(Array(16).fill('DELIVERED')), 20_000);
    expect((await listed(service)).map(({ attempts }) => attempts)).toEqual(Array(16).fill(1));
    expect(await service.mailbox.mails()).toHaveLength(16);
  }, 30_000);

  it('that is down is not thought to be back because of mails that could not even be sent', async () => {
    await begin({ RETRY_EVERY_SECONDS: 1 });
    await service.database.query("UPDATE circuits SET state = 'OPEN', reopens_at = ?", [new Date()]);
    const histories = Array.from({ length: 6 }, (_, i) => aHistory(`fan-${String(i)}@example.com`));
    await service.hear(...histories.map(({ confirmed }) => told(confirmed)));
    service.start();
    await eventually(async () =>
      expect((await listed(service)).filter(({ attempts }) => attempts > 0)).toHaveLength(6),
    );
    expect(await circuits(service)).toMatchObject([{ state: 'HALF_OPEN' }]);
    await service.hear(...histories.map(({ registered }) => told(registered)));
    await eventually(async () => expect(await service.mailbox.mails()).toHaveLength(6), 20_000);
    expect(await circuits(service)).toMatchObject([{ state: 'CLOSED' }]);
  }, 30_000);

  it('that is down is left alone, and told everything when it is back', async () => {
    await begin({ RETRY_EVERY_SECONDS: 1, CIRCUIT_OPEN_MS: 200 });
    const { port } = service.mailbox;
    await service.mailbox.close();
    service.start();
    const histories = Array.from({ length: 5 }, (_, i) => aHistory(`fan-${String(i)}@example.com`));
    await service.hear(...histories.map(({ resetting }) => told(resetting)));
    await eventually(async () => expect(await circuits(service)).toMatchObject([{ state: 'OPEN' }]));
    await service.mailbox.listen(port);
    await eventually(async () => expect(await service.mailbox.mails()).toHaveLength(5), 20_000);
  }, 30_000);
});
