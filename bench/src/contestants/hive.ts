import { join } from 'node:path';
import { rootFolder } from '@frontrow/stack/home';
import { subgraphs } from '@frontrow/stack/layout';
import { standGuard } from '@frontrow/stack/processes/guard';
import { readSecrets } from '@frontrow/stack/secrets';
import { freePorts } from '@frontrow/stack/servers/ports';
import type { Contestant } from '../contestant.ts';
import { startFrontrow } from './frontrow.ts';
import type { OtherGateway } from './frontrow.ts';
import { assertInstalled, startPeer } from './peer-process.ts';

/**
 * Starts Frontrow's services behind Hive Gateway.
 * @param sharing whether identical requests to a service that are in progress at the same moment are sent once
 */
export async function startHive(
  name: string,
  { sharing }: { readonly sharing: boolean },
): Promise<Contestant> {
  // Checked first, so that the services are not started in vain.
  assertInstalled('hive');
  return startFrontrow({ name, gateway: hive(sharing) });
}

const hive =
  (sharing: boolean): OtherGateway =>
  async (stack) => {
    const guard = standGuard(stack.home);
    const [port = 0] = await freePorts(1);
    const addresses = Object.fromEntries(subgraphs.map((name) => [name, stack.subgraphUrl(name)]));
    const { server, url, client } = await startPeer({
      folder: 'hive',
      port,
      home: stack.home,
      environment: {
        SUPERGRAPH: join(rootFolder, 'gateway/supergraph.graphql'),
        SUBGRAPHS: JSON.stringify(addresses),
        GATEWAY_SECRET: readSecrets(stack.home).gateway,
        SHARING: sharing ? 'yes' : 'no',
      },
      guard,
      isUp: '{ __typename }',
    });
    return {
      url,
      client,
      pids: { hive: server.pid },
      stop: async () => {
        await server.stop();
        await guard.dismiss();
      },
    };
  };
