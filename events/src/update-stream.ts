// `node events/dist/update-stream.js`: brings the stream's settings up to date, after an upgrade that changes them. It connects as
// the administrator: no service's account may change what is there.
import { run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { closeBroker, connectBroker, updateStream } from './broker.ts';

run(async () => {
  const { NATS_URL, NATS_PASSWORD, NATS_CA_FILE, NATS_REPLICAS } = subgraphSettings;
  const settings = readSettings({ NATS_URL, NATS_PASSWORD, NATS_CA_FILE, NATS_REPLICAS });
  const broker = await connectBroker({
    urls: settings.NATS_URL,
    service: 'administrator',
    password: settings.NATS_PASSWORD,
    ca: settings.NATS_CA_FILE,
    replicas: settings.NATS_REPLICAS,
    log: createLogger('update-stream', 'info'),
  });
  await updateStream(broker);
  await closeBroker(broker);
});
