import type { IncomingMessage } from 'node:http';
import { refusal } from './refusal.ts';
import type { OperationRequest } from './supergraph.ts';

/** The operation of a request. `query` is missing if `extensions` identify the document. */
export interface HttpOperation extends Omit<OperationRequest, 'query'> {
  readonly query?: string | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

/**
 * The operation that a GET has in its address, or a POST in its body.
 * @param body the body of a POST, as parsed JSON
 * @throws a GraphQLError if it is malformed
 */
export const operationIn = ({ method, url }: IncomingMessage, body: unknown): HttpOperation =>
  method === 'GET' ? inUrl(url ?? '') : inBody(body);

function inUrl(url: string): HttpOperation {
  const parameters = new URL(url, 'http://localhost').searchParams;
  const json = (name: string) => {
    const text = parameters.get(name);
    return text === null ? undefined : parsed(name, text);
  };
  return inBody({
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

function inBody(body: unknown): HttpOperation {
  const { query, operationName, variables, extensions } = (body ?? {}) as Record<string, unknown>;
  if (!isAbsent(query) && typeof query !== 'string') throw malformed('query must be a string.');
  if (!isAbsent(operationName) && typeof operationName !== 'string') {
    throw malformed('operationName must be a string.');
  }
  if (!isAbsentOrObject(variables)) throw malformed('variables must be an object.');
  if (!isAbsentOrObject(extensions)) throw malformed('extensions must be an object.');
  return { query: query ?? undefined, operationName, variables, extensions };
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`${name} must be JSON.`);
  }
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;
const isAbsentOrObject = (value: unknown): value is Record<string, unknown> | null | undefined =>
  isAbsent(value) || (typeof value === 'object' && !Array.isArray(value));
const malformed = (message: string) => refusal('BAD_REQUEST', 400, message);
