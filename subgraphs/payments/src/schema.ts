import { readFileSync } from 'node:fs';

/** The same path from src/ and from dist/. */
export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
