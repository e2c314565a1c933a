import { readFileSync } from 'node:fs';

/** This subgraph's part of the graph; the path is right from `src/` and from `dist/`. */
export const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
