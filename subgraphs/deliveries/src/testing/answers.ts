import { anOperator } from '@frontrow/kit/testing/subgraph';
import type { Answer } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Replica } from './deliveries-under-test.ts';

const fields =
  'id target eventId eventType idempotencyKey status attempts lastError nextAttemptAt deliveredAt';

export function askDeliveries(
  replica: Replica,
  args: Record<string, unknown> = {},
  viewer: Viewer | null = anOperator(),
): Promise<Answer> {
  const query = `query ($first: Int, $after: String, $status: DeliveryStatus, $target: DeliveryTarget) {
    deliveries(first: $first, after: $after, status: $status, target: $target) {
      edges { cursor node { ${fields} } } pageInfo { hasNextPage endCursor }
    }
  }`;
  return replica.execute(viewer, query, { first: 100, ...args });
}

/** What an operator sees, newest first. */
export async function listed(replica: Replica, args: Record<string, unknown> = {}): Promise<any[]> {
  const { data, errors } = await askDeliveries(replica, args);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.deliveries.edges.map(({ node }: { node: object }) => node);
}

export async function circuits(replica: Replica): Promise<any[]> {
  const { data } = await replica.execute(anOperator(), '{ circuits { target state reopensAt } }');
  return data.circuits;
}

export function redeliver(
  replica: Replica,
  id: string,
  viewer: Viewer | null = anOperator(),
): Promise<Answer> {
  const mutation = `mutation ($id: ID!) {
    redeliver(id: $id) { __typename ... on Delivery { ${fields} } ... on Refusal { code message retryable } }
  }`;
  return replica.execute(viewer, mutation, { id });
}
