import { createLogger } from '@frontrow/kit/log';
import { Metrics } from '@frontrow/kit/metrics';
import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { OperationMetrics } from './measure-operations.ts';

const trusted = 'query Concerts { concerts { id } } query Mine { me { id } }';
const operation = (text: string, index = 0) => parse(text).definitions[index] as OperationDefinitionNode;

describe('an operation', () => {
  const metrics = new Metrics('gateway', createLogger('test', 'silent'));
  const operations = new OperationMetrics(metrics, new Map([['hash', trusted]]));
  const told = async (name: string) =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`));

  it('is counted by its name if its document is known, and never by a name that a stranger made up', async () => {
    const fault = (code: string) => [{ message: 'no', extensions: { code } }];
    const now = performance.now();
    operations.answered(trusted, operation(trusted, 1), undefined, now);
    const made = 'query Mine { concerts { id } }';
    operations.answered(made, operation(made), fault('FORBIDDEN'), now);
    operations.answered(trusted, operation(trusted), fault('SERVICE_UNAVAILABLE'), now);
    operations.answered('{', undefined, fault('BAD_USER_INPUT'), now);
    const labels = (name: string, type: string, outcome: string) =>
      `frontrow_operation_duration_seconds_count{service="gateway",operation="${name}",type="${type}",outcome="${outcome}"} 1`;
    expect(await told('frontrow_operation_duration_seconds_count')).toEqual([
      labels('Mine', 'query', 'answered'),
      labels('other', 'query', 'refused'),
      labels('Concerts', 'query', 'failed'),
      labels('other', 'none', 'refused'),
    ]);
  });

  it('that subscribes is counted when it begins, and any other is not', async () => {
    const text = 'subscription Seats { seatsChanged { version } }';
    operations.subscribed(text, operation(text));
    operations.subscribed(trusted, operation(trusted));
    expect(await told('frontrow_subscriptions_begun_total')).toEqual([
      'frontrow_subscriptions_begun_total{operation="other",service="gateway"} 1',
    ]);
  });
});
