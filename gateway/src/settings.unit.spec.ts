import { readSettings } from '@frontrow/kit/settings';
import { gatewaySettings } from './settings.ts';

const { OPERATION_TIMEOUT_MS, SUBGRAPH_TIMEOUT_MS, SUBGRAPH_CONNECT_TIMEOUT_MS, SUBSCRIPTION_ANSWER_MS } =
  gatewaySettings;
const times = {
  ...{ OPERATION_TIMEOUT_MS, SUBGRAPH_TIMEOUT_MS, SUBGRAPH_CONNECT_TIMEOUT_MS, SUBSCRIPTION_ANSWER_MS },
};
const read = (environment: Record<string, string>) => readSettings(times, environment);

describe('the time of an operation, and of its requests to subgraphs', () => {
  it('is shorter than a connection may be silent', () => {
    const longest = { OPERATION_TIMEOUT_MS: '50000', SUBGRAPH_TIMEOUT_MS: '49999' };
    expect(read(longest)).toMatchObject({ OPERATION_TIMEOUT_MS: 50_000, SUBGRAPH_TIMEOUT_MS: 49_999 });
    const longer = { OPERATION_TIMEOUT_MS: '50001', SUBGRAPH_TIMEOUT_MS: '50001' };
    expect(() => read(longer)).toThrow(/OPERATION_TIMEOUT_MS: .*50000\n {2}SUBGRAPH_TIMEOUT_MS: .*50000/);
  });

  it.each([
    ['SUBGRAPH_TIMEOUT_MS', 'OPERATION_TIMEOUT_MS'],
    ['SUBGRAPH_CONNECT_TIMEOUT_MS', 'SUBGRAPH_TIMEOUT_MS'],
    ['SUBSCRIPTION_ANSWER_MS', 'OPERATION_TIMEOUT_MS'],
  ])('nests: %s is less than %s', (inner, outer) => {
    const most = read({})[outer as keyof typeof times];
    expect(read({ [inner]: String(most - 1) })).toMatchObject({ [inner]: most - 1 });
    expect(() => read({ [inner]: String(most) })).toThrow(
      `${inner}: is ${most}, and must be less than ${outer}`,
    );
  });
});
