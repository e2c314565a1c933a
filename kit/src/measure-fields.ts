import { defaultFieldResolver } from 'graphql';
import type { GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Metrics } from './metrics.ts';
import { isRefusal } from './refusal.ts';

/** Measures each root field of queries and mutations: how long it takes, and how often it is refused or fails. */
export function measureFields(schema: GraphQLSchema, metrics: Metrics): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      field.resolve = measured(type as GraphQLObjectType, field, metrics);
    }
  }
}

function measured(
  type: GraphQLObjectType,
  { name, resolve = defaultFieldResolver }: GraphQLField<unknown, unknown>,
  metrics: Metrics,
): GraphQLFieldResolver<unknown, unknown> {
  const field = `${type.name}.${name}`;
  const duration = (outcome: string) => metrics.histogram('frontrow_field_duration_seconds', field, outcome);
  const [answered, refused, failed] = [duration('answered'), duration('refused'), duration('failed')];
  const note = (answer: unknown, beganAt: number) => {
    const seconds = (performance.now() - beganAt) / 1_000;
    if (typeof answer !== 'object' || answer === null || !isRefusal(answer)) {
      answered(seconds);
      return;
    }
    refused(seconds);
    metrics.counter('frontrow_refusals_total', field, answer.code)();
  };
  const noteFailure = (beganAt: number) => {
    failed((performance.now() - beganAt) / 1_000);
  };
  return (source, args, context, info) => {
    const beganAt = performance.now();
    try {
      const answer: unknown = resolve(source, args, context, info);
      if (!(answer instanceof Promise)) {
        note(answer, beganAt);
        return answer;
      }
      // Measured beside the answer rather than before it, so that the caller does not wait for it.
      answer.then(
        (value: unknown) => {
          note(value, beganAt);
        },
        () => {
          noteFailure(beganAt);
        },
      );
      return answer;
    } catch (error) {
      noteFailure(beganAt);
      throw error;
    }
  };
}

/** Counts the subscriptions in progress. @returns see `onBegin` of the subscription server */
export function followSubscribers(metrics: Metrics): (field: string) => () => void {
  const counts = new Map<string, number>();
  const add = (field: string, by: number) => counts.set(field, (counts.get(field) ?? 0) + by);
  metrics.gauges(
    ['frontrow_subscribers'],
    () => [...counts].map(([field, count]) => ['frontrow_subscribers', count, field] as const),
    { keptMs: 0 },
  );
  return (field) => {
    add(field, 1);
    return () => {
      add(field, -1);
    };
  };
}
