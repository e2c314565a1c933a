import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { DataSource } from 'typeorm';
import { transaction } from './database.ts';
import { freshDatabase } from './testing/database.ts';
import type { TestDatabase } from './testing/database.ts';
import { inTrace } from './trace.ts';
import { traceStatements } from './trace-statements.ts';
import { Tracing } from './tracing.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('the statements of a service that is traced', () => {
  let database: DataSource;
  let drop: TestDatabase['drop'];
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

  beforeAll(async () => {
    ({ database, drop } = await freshDatabase({ entities: [], migrations: [] }));
    traceStatements(database, new Tracing(provider.getTracer('test')));
  });
  afterAll(() => drop());
  beforeEach(() => exporter.reset());

  it('are spans beneath the request that they belong to, without any value', async () => {
    await inTrace(parent, () =>
      transaction(database, (manager) => manager.query('SELECT 1 FROM DUAL WHERE 1 = ?', [4711])),
    );
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(['START', 'SELECT DUAL', 'COMMIT']);
    expect(new Set(spans.map(({ parentSpanContext }) => parentSpanContext?.spanId))).toEqual(
      new Set(['b7ad6b7169203331']),
    );
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('4711');
  });

  it('say that they failed', async () => {
    await expect(inTrace(parent, () => database.query('SELECT nothing'))).rejects.toThrow();
    expect(exporter.getFinishedSpans().map(({ status }) => status.message)).toEqual([
      expect.stringContaining('nothing'),
    ]);
  });

  it('are none where they belong to no request and no event', async () => {
    await database.query('SELECT 1');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
