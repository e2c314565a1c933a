import { z } from 'zod';
import { dataPlatformPayload, slackPayload } from './payloads.ts';

const schemaOf = (title: string, payload: z.ZodType) => ({
  title,
  ...z.toJSONSchema(payload, {
    // Receivers should let fields pass that they do not know yet.
    io: 'input',
    // The format says it, and can be read.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }),
});

/** The files in docs/deliveries/, by name: what receivers build on. */
export const jsonSchemas: Readonly<Record<string, object>> = {
  'data-platform.schema.json': schemaOf('What Frontrow tells the data platform', dataPlatformPayload),
  'slack.schema.json': schemaOf('What Frontrow tells a Slack webhook', slackPayload),
};

export const schemasFolder = new URL('../../../../docs/deliveries/', import.meta.url);
