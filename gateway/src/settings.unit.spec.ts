import { readSettings } from '@frontrow/kit/settings';
import { gatewaySettings } from './settings.ts';

const { OPERATION_TIMEOUT_MS, SUBGRAPH_TIMEOUT_MS } = gatewaySettings;
const read = (environment: Record<string, string>) =>
  readSettings({ OPERATION_TIMEOUT_MS, SUBGRAPH_TIMEOUT_MS }, environment);

describe('the time of an operation, and of its requests to subgraphs', () => {
  it.each(['OPERATION_TIMEOUT_MS', 'SUBGRAPH_TIMEOUT_MS'])(
    'is shorter than a connection may be silent: %s',
    (name) => {
      expect(read({ [name]: '50000' })).toMatchObject({ [name]: 50_000 });
      expect(() => read({ [name]: '60000' })).toThrow(name);
    },
  );
});
