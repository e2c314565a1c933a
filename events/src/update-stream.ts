// `node events/dist/update-stream.js`: brings the stream and the consumers up to date, after an upgrade. It connects as the
// administrator: no service's account may change what is there.
import { run } from '@frontrow/kit/lifecycle';
import { createLogger } from '@frontrow/kit/log';
import { readSettings, subgraphSettings } from '@frontrow/kit/settings';
import { closeBroker, connectBroker, updateStream } from './broker.ts';
import { updateConsumers } from './update-consumers.ts';

run(async () => {
  const { NATS_URL, NATS_PASSWORD, NATS_CA_FILE, NATS_REPLICAS } = subgraphSettings;
  const settings = readSettings({ NATS_URL, NATS_PASSWORD, NATS_CA_FILE, NATS_REPLICAS });
  const log = createLogger('update-stream', 'info');
  const broker = await connectBroker({
    urls: settings.NATS_URL,
    service: 'administrator',
    password: settings.NATS_PASSWORD,
    ca: settings.NATS_CA_FILE,
    replicas: settings.NATS_REPLICAS,
    log,
  });
  await updateStream(broker);
  await updateConsumers(broker, log);
  await closeBroker(broker);
});
