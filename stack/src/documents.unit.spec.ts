import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSchema, Kind, parse, validate } from 'graphql';
import { rootFolder } from './home.ts';
import { folderOf, subgraphs } from './layout.ts';

/*
 * Everything that documents tell their readers to type must exist: commands, files, links, operations. Each block of code is
 * either run by a test, compared with something by a test, or a picture of something outside the project. Each is listed here by
 * its first line, with which of these it is.
 */

const runBy = (spec: string) => ({ spec });
const picture = (of: string) => ({ of });
type Reason = ReturnType<typeof runBy> | ReturnType<typeof picture>;

/** By page and by the beginning of the first line. Operations of GraphQL and diagrams need no entry: see below. */
const blocks: readonly (readonly [page: string, firstLine: string, reason: Reason])[] = [
  ['README.md', 'npm start ', runBy('tests/src/rehearsals/start.spec.ts')],
  ['README.md', 'url=http', runBy('tests/src/purchase.spec.ts')],
  [
    'README.md',
    'curl -N $url',
    picture('a stream that ends when the reader ends it; live.spec.ts follows the same one'),
  ],
  ['README.ko.md', 'npm start ', runBy('tests/src/rehearsals/start.spec.ts')],
  ['bench/README.md', 'npm run bench -- purchase', runBy('bench/src/options.unit.spec.ts')],
  ['docs/performance.md', 'npm run bench -- purchase', runBy('bench/src/options.unit.spec.ts')],
  ['deploy/kubernetes/README.md', 'docker compose build', picture('a cluster and a Docker engine')],
  ['deploy/kubernetes/README.md', 'rules:', picture('the settings of an adapter of metrics in a cluster')],
  ['docs/api.md', 'const tail', runBy('stack/src/documents.unit.spec.ts')],
  ['docs/deliveries/README.md', 'POST /events', picture('a request as another system gets it')],
  [
    'docs/deliveries/README.md',
    'import { createHmac',
    picture('code of another system, whose ways nobody here knows'),
  ],
  ['docs/operations.md', 'npm run rolling-restart', runBy('tests/src/rehearsals/rolling-restart.spec.ts')],
  ['docs/operations.md', 'npm run backup', runBy('tests/src/rehearsals/backup.spec.ts')],
  ['docs/operations.md', "CREATE USER 'backup'", runBy('stack/src/backup/backup.spec.ts')],
  ['docs/operations.md', 'log_bin = binlog', runBy('stack/src/documents.unit.spec.ts')],
  ['docs/operations.md', 'STOP SLAVE IO_THREAD', runBy('tests/src/rehearsals/failover.spec.ts')],
  ['docs/operations.md', 'STOP REPLICA IO_THREAD', runBy('tests/src/rehearsals/failover.spec.ts')],
  ['docs/operations.md', 'npm run rotate-keys', picture('containers that run; signing-keys.spec.ts rotates')],
  ['events/README.md', 'const service = await openService', picture('a main.ts in short')],
  ['events/README.md', 'await outbox.transaction', picture('an operation in short')],
  ['gateway/README.md', 'npm run compose', runBy('gateway/src/composition.unit.spec.ts')],
  ['gateway/src/federated-subscriptions/README.md', 'const part', picture('a gateway of somebody else')],
  ['stack/README.md', 'const stack = await startStack', runBy('stack/src/stack.spec.ts')],
  ['storefront/README.md', 'npm start ', picture('a developer at work')],
  ['tests/simulation/README.md', 'npm run simulate', runBy('tests/simulation/simulation.spec.ts')],
];

const pages = pagesIn('');
const textOf = (page: string) => readFileSync(join(rootFolder, page), 'utf8');
const scriptsOf = (folder: string) =>
  Object.keys(
    (JSON.parse(readFileSync(join(rootFolder, folder, 'package.json'), 'utf8')) as { scripts?: object })
      .scripts ?? {},
  );

describe.each(pages)('%s', (page) => {
  const text = textOf(page);
  const code = [...text.matchAll(/^ *```(\w*)[^\n]*\n(.*?)^ *```/gms)].map(
    ([, language = '', body = '']) => ({
      language,
      body,
    }),
  );

  it('names commands that exist', () => {
    const named = [...text.matchAll(/npm (?:run ([\w-]+)|(start|test))\b(?: -w (\S+))?/g)];
    const missing = named.filter(
      ([, script, own, workspace = '.']) =>
        !scriptsOf(workspace.replace(/`.*/, '')).includes(script ?? own ?? ''),
    );
    expect(missing.map(([command]) => command)).toEqual([]);
  });

  it('names specs, programs and files that exist', () => {
    const named = [...text.matchAll(/`([^`\n]+)`/g)]
      .flatMap(([, words = '']) => words.split(/\s+/))
      .filter((word) => /^[\w.-]+(\/[\w.-]+)+\.(ts|mjs|js|md|ya?ml|json|graphql|conf)$/.test(word))
      .filter((path) => !/^(\.frontrow|node_modules)\//.test(path));
    expect(named.filter((path) => !isThere(path, page))).toEqual([]);
  });

  it('links to pages and headings that exist', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const inside = links.filter((link) => !/^(https?|mailto):/.test(link));
    expect(inside.filter((link) => !leadsSomewhere(link, page))).toEqual([]);
  });

  it('shows operations that the contract has', () => {
    const contract = buildSchema(textOf('gateway/contract.graphql'));
    const documents = code.filter(({ language }) => language === 'graphql').map(({ body }) => parse(body));
    const operations = documents.filter(
      ({ definitions }) => definitions[0]?.kind === Kind.OPERATION_DEFINITION,
    );
    expect(operations.flatMap((document) => validate(contract, document)).map(String)).toEqual([]);
  });

  it('has no block of code that is not listed here', () => {
    const answered = blocks.filter(([where]) => where === page);
    const others = code
      .filter(({ language }) => language !== 'graphql' && language !== 'mermaid')
      .map(({ body }) => body.trimStart());
    expect(others.filter((body) => !answered.some(([, first]) => body.startsWith(first)))).toEqual([]);
    expect(answered.filter(([, first]) => !others.some((body) => body.startsWith(first)))).toEqual([]);
  });
});

it('the specs that are listed for blocks of code exist', () => {
  const specs = blocks.flatMap(([, , reason]) => ('spec' in reason ? [reason.spec] : []));
  expect(specs.filter((spec) => !existsSync(join(rootFolder, spec)))).toEqual([]);
});

it('the configurations for a failover in docs/operations.md are those of the servers that the story fails over', () => {
  const server = textOf('stack/src/servers/mysql.ts');
  const blocks = [...textOf('docs/operations.md').matchAll(/```ini\n(.*?)```/gs)].map(([, block = '']) =>
    block.trim().split('\n'),
  );
  expect(blocks.map((lines) => lines.length)).toEqual([6, 9]);
  for (const line of blocks.flat()) {
    const [name = '', value = ''] = line.split(' = ');
    expect(server).toContain(`--${name.replaceAll('_', '-')}=${value}`);
  }
});

it('the ids of seats continue as docs/api.md shows', () => {
  const block = /```ts\n(const tail .*?)```/s.exec(textOf('docs/api.md'))?.[1] ?? '';
  const script = block.replaceAll(': string', '');
  const firsts = ['01890000-0000-7000-8000-0000000000fe', '01890000-0000-7000-8000-000000000001'];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own page's
  const run = new Function('seatIds', `${script}; return ids;`) as (seatIds: object) => string[];
  expect(run({ first: firsts, count: [3, 1] })).toEqual([
    firsts[0],
    '01890000-0000-7000-8000-0000000000ff',
    '01890000-0000-7000-8000-000000000100',
    firsts[1],
  ]);
});

function pagesIn(folder: string): string[] {
  return readdirSync(join(rootFolder, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist|\.)/.test(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Relative to the page, to the root, or to a part of any service; for a compiled file, its source. */
function isThere(path: string, page: string): boolean {
  const source = path.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
  return [path, source].some((each) =>
    ['.', dirname(page), ...subgraphs.map(folderOf)]
      .flatMap((folder) => [folder, join(folder, 'src')])
      .some((folder) => existsSync(join(rootFolder, folder, each))),
  );
}

function leadsSomewhere(link: string, page: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(rootFolder, target))) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  const headings = [...textOf(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return headings.includes(decodeURIComponent(anchor));
}
