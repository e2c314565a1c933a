import { createHash } from 'node:crypto';
import { buildOperationContext } from '@apollo/gateway';
import type { GraphQLDataSource } from '@apollo/gateway';
import { operationFromDocument, Supergraph as ComposedSupergraph } from '@apollo/federation-internals';
import type { Schema } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ResultTemplates } from './result-templates.ts';
import { rootSelections } from './root-selections.ts';
import { asSubscriptionPlan } from './subscription-plan.ts';
import type { SubscriptionPlan } from './subscription-plan.ts';

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

/** An operation that is valid for a supergraph. */
export interface PreparedOperation {
  readonly supergraph: Supergraph;
  readonly source: string;
  /** Identical for the same operation of the same document in every version of the supergraph. */
  readonly hash: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /**
   * Made when it is first asked for, and then kept, because depth and cost are checked before. Throws what the planner throws.
   */
  plan(): SubscriptionPlan;
}

export interface SupergraphOptions {
  /** What the `buildService` of an ApolloGateway does: it says how queries are sent to a subgraph. */
  readonly dataSource: (subgraph: { name: string; url: string }) => GraphQLDataSource;
  /** The limit of a document. Longer ones are not parsed. */
  readonly maxTokens: number;
  readonly introspection: boolean;
  /** What documents must obey besides the rules of GraphQL. */
  readonly rules?: readonly ValidationRule[];
  /** Called with the schema that clients see, so that scalars can be given checks. */
  readonly checkScalars?: (schema: GraphQLSchema) => void;
}

/** Of how much text prepared documents are kept, in characters, each of which takes about 50 bytes as part of a document. */
const keptText = 1_000_000;
/** Longer documents, in characters, are prepared anew each time. */
const longestKept = 10_000;

/** One version of the supergraph, with what is needed to validate, plan and execute operations. */
export class Supergraph {
  /** The schema as clients see it. */
  readonly schema: GraphQLSchema;
  readonly apiSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly dataSources: ReadonlyMap<string, GraphQLDataSource>;
  /** The templates for events of all subscriptions. */
  readonly templates = new ResultTemplates();
  readonly #planner: QueryPlanner;
  readonly #options: SupergraphOptions;
  readonly #prepared = new LRUCache<string, PreparedOperation>({
    maxSize: keptText,
    maxEntrySize: longestKept,
    sizeCalculation: (_prepared, key) => key.length,
  });

  constructor(supergraphSdl: string, options: SupergraphOptions) {
    // @apollo/gateway has the same supergraph, and has validated it.
    const composed = ComposedSupergraph.build(supergraphSdl, { validateSupergraph: false });
    this.apiSchema = composed.apiSchema();
    this.schema = this.apiSchema.toGraphQLJSSchema();
    options.checkScalars?.(this.schema);
    this.supergraphSchema = composed.schema.toGraphQLJSSchema();
    this.#planner = new QueryPlanner(composed);
    this.#options = options;
    this.dataSources = new Map(
      composed.subgraphsMetadata().map((subgraph) => [subgraph.name, options.dataSource(subgraph)]),
    );
  }

  /** @returns errors, with the codes that Apollo Server uses, if the operation is not valid */
  prepare({ query, operationName }: OperationRequest): PreparedOperation | { errors: GraphQLError[] } {
    const key = `${operationName ?? ''}\n${query}`;
    const known = this.#prepared.get(key);
    if (known !== undefined) return known;
    const prepared = this.#prepare(query, operationName);
    if (!('errors' in prepared)) this.#prepared.set(key, prepared);
    return prepared;
  }

  #prepare(
    source: string,
    operationName: string | null | undefined,
  ): PreparedOperation | { errors: GraphQLError[] } {
    let document: DocumentNode;
    try {
      document = parse(source, { maxLexicalTokens: this.#options.maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { errors: [withCode('GRAPHQL_PARSE_FAILED', error)] };
    }
    const { introspection, rules: more = [] } = this.#options;
    const rules = [...specifiedRules, ...more, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
    const mistakes = validate(this.schema, document, rules, { hideSuggestions: !introspection });
    if (mistakes.length > 0) {
      return { errors: mistakes.map((mistake) => withCode('GRAPHQL_VALIDATION_FAILED', mistake)) };
    }
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      const error = new GraphQLError('operationName must name an operation in the document.');
      return { errors: [withCode('OPERATION_RESOLUTION_FAILURE', error)] };
    }
    if (isConditional(document, operation)) {
      const error = new GraphQLError('The root field of a subscription takes no @skip and no @include.');
      return { errors: [withCode('GRAPHQL_VALIDATION_FAILED', error)] };
    }
    let plan: SubscriptionPlan | undefined;
    return {
      supergraph: this,
      source,
      hash: createHash('sha256')
        .update(`${operationName ?? ''}\n${source}`)
        .digest('base64url'),
      document,
      operation,
      plan: () => (plan ??= this.#plan(document, operationName ?? undefined)),
    };
  }

  #plan(operationDocument: DocumentNode, operationName: string | undefined): SubscriptionPlan {
    const { schema } = this;
    const operation = operationFromDocument(
      this.apiSchema,
      operationDocument,
      operationName === undefined ? {} : { operationName },
    );
    const plan = this.#planner.buildQueryPlan(operation);
    return asSubscriptionPlan(
      plan,
      buildOperationContext({ schema, operationDocument, ...(operationName && { operationName }) }),
    );
  }
}

/** Then nobody could tell what to subscribe to: https://spec.graphql.org/September2025/#sec-Single-Root-Field */
const isConditional = (document: DocumentNode, operation: OperationDefinitionNode) =>
  operation.operation === OperationTypeNode.SUBSCRIPTION &&
  rootSelections(document, operation).some(({ directives }) =>
    directives?.some(({ name }) => name.value === 'skip' || name.value === 'include'),
  );

function withCode(code: string, error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { code, ...extensions },
  });
}
