import { z } from 'zod';
import { dataPlatformPayload, slackPayload } from './payloads.ts';

const schemaOf = (title: string, payload: z.ZodType) => ({
  title,
  ...z.toJSONSchema(payload, {
    // Receivers should ignore fields that they do not know yet.
    io: 'input',
    // The format already says what the pattern would, and is easier to read.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }),
});

/** The files in docs/deliveries/, by name; receivers rely on them. */
export const jsonSchemas: Readonly<Record<string, object>> = {
  'data-platform.schema.json': schemaOf('What Frontrow tells the data platform', dataPlatformPayload),
  'slack.schema.json': schemaOf('What Frontrow tells a Slack webhook', slackPayload),
};

export const schemasFolder = new URL('../../../../docs/deliveries/', import.meta.url);
