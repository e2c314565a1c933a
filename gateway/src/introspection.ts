import type { ApolloGateway } from '@apollo/gateway';
import { execute, Kind, visit } from 'graphql';
import type { DocumentNode, FieldNode } from 'graphql';

type Load = Awaited<ReturnType<ApolloGateway['load']>>;
type Executor = Load['executor'];
/** What Apollo Server requires of a gateway. */
export type Federation = Pick<ApolloGateway, 'onSchemaLoadOrUpdate' | 'stop'> & {
  load(options: Parameters<ApolloGateway['load']>[0]): Promise<{ executor: Executor }>;
};

/**
 * Answers `__schema` and `__type` from the API schema. The query planner of @apollo/gateway knows introspection from before
 * `isOneOf` and fails at any newer field. So it is never given these two fields; it finds a `__typename` in their place.
 */
export function withIntrospection(federation: ApolloGateway): Federation {
  return {
    onSchemaLoadOrUpdate: (callback) => federation.onSchemaLoadOrUpdate(callback),
    stop: () => federation.stop(),
    load: async (options) => {
      const { executor } = await federation.load(options);
      return { executor: introspecting(executor) };
    },
  };
}

const introspecting =
  (executor: Executor): Executor =>
  async (request) => {
    const { schema, document, operationName, source } = request;
    if (!/\b__(schema|type)\b/.test(source)) return executor(request);
    const answer = await executor({ ...request, document: withoutIntrospection(document) });
    const { data, errors } = await execute({
      schema,
      document: introspectionOnly(document),
      operationName,
      variableValues: request.request.variables,
    });
    if (errors !== undefined) return { errors };
    // The answer with placeholders has the order that the client asked for.
    if (answer.data) Object.assign(answer.data, data);
    return answer;
  };

const isIntrospection = ({ name }: FieldNode) => name.value === '__schema' || name.value === '__type';

/** `__schema { … }` becomes `__schema: __typename`, with the directives that may leave it out. */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? null : undefined),
    Field: (field) =>
      isIntrospection(field)
        ? {
            kind: Kind.FIELD,
            alias: field.alias ?? field.name,
            name: { kind: Kind.NAME, value: '__typename' },
            directives: field.directives ?? [],
          }
        : undefined,
  });
}

function introspectionOnly(document: DocumentNode): DocumentNode {
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) =>
      typeCondition.name.value.startsWith('__') ? false : undefined,
    Field: (field) => (isIntrospection(field) ? false : null),
  });
}
