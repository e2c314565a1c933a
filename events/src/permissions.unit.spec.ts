import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { allContracts } from './contracts/all.ts';
import { streamName } from './broker.ts';
import { accountsConfiguration, permissionsOf } from './permissions.ts';
import { checkRoute, publishedBy, routes } from './routes.ts';
import { services } from './services.ts';

const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('the table of routes', () => {
  it('has a line for each contract, and for nothing else', () => {
    expect(Object.keys(routes).toSorted()).toEqual(allContracts.map(({ type }) => type).toSorted());
  });

  it('names a publisher of every event', () => {
    for (const [type, route] of Object.entries(routes))
      expect([type, route.publishedBy.length > 0]).toEqual([type, true]);
  });

  it('says what to do when a service does what it does not say', () => {
    expect(() => {
      checkRoute('deliveries', 'publish', 'payment.completed.v1');
    }).toThrow(
      'deliveries may not publish payment.completed.v1: events/src/routes.ts does not say that it does. Add it there, then: npm run accounts',
    );
    expect(() => {
      checkRoute('payments', 'publish', 'payment.completed.v1');
      checkRoute('payments', 'overhear', 'payment.completed.v1');
      checkRoute('payments', 'handle', 'user.registered.v1');
      checkRoute('tested', 'publish', 'payment.completed.v1');
    }).not.toThrow();
  });
});

describe("the broker's accounts", () => {
  it('are generated: run npm run accounts after a change of the routes', () => {
    const configuration = accountsConfiguration();
    expect(text('events/nats/accounts.conf')).toBe(configuration);
    expect(text('deploy/kubernetes/nats/accounts.conf')).toBe(configuration);
    const version = createHash('sha256').update(configuration).digest('hex').slice(0, 12);
    expect(text('docker-compose.yml')).toContain(`frontrow.accounts: ${version}`);
  });

  it.each(services)(
    'let %s publish its own events only, and change no stream but by emptying it',
    (service) => {
      const { publish, subscribe } = permissionsOf(service);
      const events = publish.filter((subject) => subject.startsWith('frontrow.'));
      expect(events).toEqual(publishedBy(service).map((type) => `frontrow.${type}.*`));
      const tooMuch =
        /^(>|\*|frontrow\.>|\$JS\.>|\$JS\.API\.>|.*(UPDATE|DELETE|PURGE|DIRECT|SNAPSHOT|RESTORE|LIST).*)$/;
      expect([...publish, ...subscribe].filter((subject) => tooMuch.test(subject))).toEqual([
        `$JS.API.STREAM.PURGE.${streamName}`,
      ]);
      expect(subscribe.filter((subject) => subject.startsWith('_INBOX'))).toEqual([`_INBOX_${service}.>`]);
    },
  );
});
