/** What docs/security.md and docs/security-limits.md say of the audit log, of key rotation and of the network is so. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { parseAllDocuments } from 'yaml';
import type { AuditEntry } from '../../../src/activities/dependencies';
import { activitiesOnFetch } from '../activities/support/activities-on-fetch';
import { failureOf } from '../activities/support/activities-on-emulator';

const guide = readFileSync('docs/security.md', 'utf8');
const limits = readFileSync('docs/security-limits.md', 'utf8');

/** A part of the guide, from its heading to the next one of the same level. */
function part(page: string, heading: string): string {
  const [, ...parts] = page.split(/^## /m);
  return parts.find((one) => one.startsWith(`${heading}\n`)) ?? '';
}

/** The texts in backticks in the first column of a part's table. */
function firstColumn(text: string): string[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

const logged: LogEntry[] = [];
beforeAll(() => void Runtime.install({ logger: new DefaultLogger('INFO', (entry) => logged.push(entry)) }));
afterAll(() => Runtime.instance().shutdown());

describe('the audit log', () => {
  const text = part(guide, 'Audit log');
  const info = { workflowExecution: { workflowId: 'nightly', runId: 'run-1' }, namespace: 'sales' };
  const traceparent = (): string => `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const answers = { 'X-Request-Id': 'r-1' };

  it('has the fields of the table, and no other', async () => {
    const entries: AuditEntry[] = [];
    const { perform } = activitiesOnFetch(() => ({ status: 409, headers: answers }), {
      ...{ traceparent, operations: 'run' },
      auditLog: (entry) => entries.push(entry),
    });
    await failureOf(perform('modelSync.start', { id: 's1' }, { info }));
    await failureOf(perform('modelSync.delete', { id: 's1' }, { info }));
    await failureOf(perform('modelSync.get', { id: 's1' }, { info }));
    expect(entries.map(({ type, operation }) => `${type} ${operation}`)).toEqual([
      'call modelSync.start',
      'refusal modelSync.delete',
    ]);
    const fields = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
    expect(fields.sort()).toEqual(firstColumn(text).sort());
  });

  it('is by default a line of the log of the Temporal runtime, marked as one', async () => {
    expect(text).toContain('`Polytomic: audit call`, with `audit: true`');
    const { perform } = activitiesOnFetch(() => ({ json: { data: { id: 'e1' } } }));
    await perform('modelSync.start', { id: 's1' }, { info });
    expect(logged).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        message: 'Polytomic: audit call',
        meta: expect.objectContaining({ audit: true, operation: 'modelSync.start', workflowId: 'nightly' }),
      }),
    );
  });
});

describe('key rotation', () => {
  const text = part(guide, 'Key rotation');
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'polytomic-guides-'))));
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => {
    delete process.env['POLYTOMIC_TEST_PW'];
  });

  it('of a key in a file: it is read again at a 401, and a start that the same key is refused fails at once', async () => {
    expect(text).toMatch(/read again at a 401/);
    expect(text).toMatch(/starts fail at once with `polytomic\.Unauthorized`/);
    const apiKeyFile = join(folder, 'key');
    await writeFile(apiKeyFile, 'old-key');
    let valid = 'old-key';
    const { perform, sent } = activitiesOnFetch(
      ({ headers }) =>
        headers['Authorization'] === `Bearer ${valid}` ? { json: { data: { id: 'e1' } } } : { status: 401 },
      { apiKey: undefined, apiKeyFile },
    );
    await perform('modelSync.start', { id: 's1' });
    await writeFile(apiKeyFile, 'new-key\n');
    valid = 'new-key';
    await perform('modelSync.start', { id: 's1' });
    expect(sent.map(({ headers }) => headers['Authorization'])).toEqual(
      ['old-key', 'old-key', 'new-key'].map((key) => `Bearer ${key}`),
    );
    valid = 'a-key-that-is-not-in-the-file';
    const refused = await failureOf(perform('modelSync.start', { id: 's1' }));
    expect(refused).toMatchObject({ type: 'polytomic.Unauthorized', nonRetryable: true });
    expect(sent).toHaveLength(4);
  });

  it('of a key by function: it is asked before each call', async () => {
    expect(text).toContain('it is asked before each call');
    let key = 'old-key';
    const { perform, sent } = activitiesOnFetch(() => ({ json: { data: { id: 'e1' } } }), { apiKey: () => key });
    await perform('modelSync.start', { id: 's1' });
    key = 'new-key';
    await perform('modelSync.start', { id: 's1' });
    expect(sent.map(({ headers }) => headers['Authorization'])).toEqual(['Bearer old-key', 'Bearer new-key']);
  });

  it('of a secret in a file or from a function: the next call has the new one, without a restart', async () => {
    expect(text).toContain('a variable needs a restart, a file and a function do not');
    let value = 'old-function';
    await writeFile(join(folder, 'phrase'), 'old-file');
    const { perform, sent } = activitiesOnFetch(() => ({ json: { data: { id: 'w1' } } }), {
      secretsDir: folder,
      resolveSecret: () => value,
    });
    const write = (secret: object): Promise<unknown> =>
      perform('webhooks.create', { endpoint: 'https://x.example', secret });
    await write({ $file: 'phrase', version: 1 });
    await write({ $secret: 'phrase', version: 1 });
    await writeFile(join(folder, 'phrase'), 'new-file');
    value = 'new-function';
    await write({ $file: 'phrase', version: 2 });
    await write({ $secret: 'phrase', version: 2 });
    expect(sent.map(({ body }) => (JSON.parse(body ?? '') as { secret: string }).secret)).toEqual([
      'old-file',
      'old-function',
      'new-file',
      'new-function',
    ]);
  });

  it('of the secret of idempotency keys: it is a file with at least 16 characters', async () => {
    expect(text).toContain('at least 16 random characters');
    const idempotencySecretFile = join(folder, 'idempotency');
    await writeFile(idempotencySecretFile, 'x'.repeat(15));
    expect(() => activitiesOnFetch(() => ({}), { idempotencySecretFile })).toThrow(/at least 16 characters/);
    await writeFile(idempotencySecretFile, `${'x'.repeat(16)}\n`);
    expect(() => activitiesOnFetch(() => ({}), { idempotencySecretFile })).not.toThrow();
  });

  it('names tests that there are', async () => {
    for (const [, name = ''] of text.matchAll(/`([\w/-]+\.test\.ts)`/g)) {
      await expect(readFile(join('test/unit', name))).resolves.toBeDefined();
    }
  });
});

it('the network policy of the example lets out to the ports that the guide names', () => {
  const [policy] = parseAllDocuments(readFileSync('examples/kubernetes/network-policy.yaml', 'utf8'));
  const { spec } = policy?.toJS() as { spec: { egress: { ports: { port: number }[] }[] } };
  const ports = [...new Set(spec.egress.flatMap((rule) => rule.ports.map(({ port }) => port)))].sort((a, b) => a - b);
  expect(ports).toEqual([53, 443, 7233]);
  expect(part(limits, 'Where a worker connects to')).toContain('the ports 53, 443 and 7233');
});
