// Composes the subgraphs' `schema.graphql` into the committed `supergraph.graphql`: `npm run compose`. With `-- --check` it only
// tells whether the committed file is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { compose, readSubgraphs } from './composition.ts';

const repository = new URL('../../', import.meta.url);
const file = new URL('gateway/supergraph.graphql', repository);

const composed = compose(readSubgraphs(new URL('subgraphs/', repository)));
if ('mistakes' in composed) {
  console.error(`The subgraphs do not compose:\n${composed.mistakes.map((line) => `  ${line}`).join('\n')}`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(file, composed.supergraphSdl);
  console.log('gateway/supergraph.graphql is composed.');
} else if (readFileSync(file, 'utf8') !== composed.supergraphSdl) {
  console.error('gateway/supergraph.graphql is not up to date with the subgraphs: run `npm run compose`.');
  process.exitCode = 1;
}
