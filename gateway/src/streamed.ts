import type { Request } from 'express';
import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { acceptedForms } from './accepted-forms.ts';
import { operationIn } from './federated-subscriptions/http-request.ts';
import type { HttpOperation } from './federated-subscriptions/http-request.ts';
import { persistedText } from './persisted-queries.ts';
import type { PersistedQueries } from './persisted-queries.ts';

/**
 * The operation of a request that is to be answered as an event stream: a subscription, when event streams are among what the
 * client accepts; any operation, when they are all that it accepts. Undefined for what Apollo Server is to answer.
 * @throws a GraphQLError for a request that is malformed, or about a document that is not known
 */
export async function streamed(
  request: Request,
  { persisted, maxTokens }: { persisted: PersistedQueries; maxTokens: number },
): Promise<HttpOperation | undefined> {
  const accepted = acceptedForms(request.headers.accept);
  if (!accepted.eventStream || !['GET', 'POST'].includes(request.method)) return undefined;
  if (accepted.json === undefined) {
    const operation = operationIn(request, request.body);
    return { ...operation, query: await persistedText(persisted, operation.query, operation.extensions) };
  }
  try {
    const operation = operationIn(request, request.body);
    const query = await persistedText(persisted, operation.query, operation.extensions);
    return isSubscription(query, operation.operationName, maxTokens) ? { ...operation, query } : undefined;
  } catch {
    // Apollo Server finds the same mistake, and says so in the form that was asked for.
    return undefined;
  }
}

function isSubscription(
  query: string | undefined,
  operationName: string | null | undefined,
  maxTokens: number,
): boolean {
  // Nearly all have not even the word.
  if (!query?.includes('subscription')) return false;
  const document = parse(query, { noLocation: true, maxTokens });
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}
