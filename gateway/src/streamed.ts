import type { Request } from 'express';
import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { acceptedForms } from './accepted-forms.ts';
import { operationIn } from './federated-subscriptions/http-request.ts';
import type { HttpOperation } from './federated-subscriptions/http-request.ts';
import { persistedText } from './persisted-queries.ts';
import type { PersistedQueries } from './persisted-queries.ts';

/**
 * The operation of a request that is to be answered with an event stream: a subscription if the client accepts event streams; any
 * operation if it accepts nothing else. Undefined for requests that Apollo Server answers.
 * @throws a GraphQLError if the request is malformed, or its document is unknown
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
    // Apollo Server finds the same mistake, and reports it in the form that the client accepts.
    return undefined;
  }
}

function isSubscription(
  query: string | undefined,
  operationName: string | null | undefined,
  maxTokens: number,
): boolean {
  // Nearly all requests do not even contain the word.
  if (!query?.includes('subscription')) return false;
  const document = parse(query, { noLocation: true, maxLexicalTokens: maxTokens });
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}
