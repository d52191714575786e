/** The same calls by our client and by Polytomic's own npm package must arrive as the same requests. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PolytomicClient as Sdk } from 'polytomic';
import { createClient, type PolytomicClient } from '../../../src/polytomic/client';
import { pathParameters } from '../../../src/polytomic/request';
import { hasOperation } from '../../../src/polytomic/operation-versions';
import type { AnyOperation } from '../../../src/polytomic/operation';
import { exampleInput, rows } from '../polytomic/support/example-inputs';
import { startRecorder, type Recorded, type Recorder } from './support/recorder';

const version = '2024-02-08';
type Call = (...parameters: unknown[]) => Promise<unknown>;

let recorder: Recorder;
let ours: PolytomicClient;
let theirs: Sdk;

beforeAll(async () => {
  recorder = await startRecorder(version);
  ours = createClient({ url: recorder.url, apiKey: 'test-key-1234', apiVersion: version });
  theirs = new Sdk({ environment: recorder.url, token: 'test-key-1234', version });
});
afterAll(() => recorder.close());

const node = (root: unknown, path: string[]): unknown =>
  path.reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], root);

/** The SDK's method: deleting is called removing nearly everywhere. */
function sdkCall(name: string): Call | undefined {
  const path = name.split('.');
  const last = path.pop() ?? '';
  const owner = node(theirs, path) as Record<string, Call> | undefined;
  const method = [last, last.replace(/^delete$/, 'remove')].find((key) => typeof owner?.[key] === 'function');
  return method === undefined ? undefined : owner?.[method]?.bind(owner);
}

/** Where the SDK's parameters are not in the order of the path. */
const sdkOrder: Record<string, string[]> = {
  'jobs.get': ['id', 'type'],
  'users.get': ['id', 'org_id'],
  'users.update': ['id', 'org_id'],
  'users.delete': ['id', 'org_id'],
};

/** Where the SDK keeps query and body apart. */
const wrapsBody = ['models.create', 'models.preview'];

function sdkParameters(row: AnyOperation, input: Record<string, unknown>): unknown[] {
  const ids = (sdkOrder[row.name] ?? pathParameters(row.path)).map((name) => input[name]);
  const fields = Object.entries(input).filter(([name]) => !pathParameters(row.path).includes(name));
  if (fields.length === 0) return ids;
  const { async: asynchronously, ...body } = Object.fromEntries(fields);
  return [...ids, wrapsBody.includes(row.name) ? { async: asynchronously, body } : { async: asynchronously, ...body }];
}

/** Paging that the documentation promises and the SDK does not have is left out. */
function inputOf(row: AnyOperation): Record<string, unknown> {
  const input = exampleInput(row, version);
  const inProse = row.paging === 'prose' || row.proseUntil !== undefined;
  const absent = inProse ? ['page_token', 'limit'] : [];
  return Object.fromEntries(Object.entries(input).filter(([name]) => !absent.includes(name)));
}

/** Known faults of the SDK: what it sends, turned into what the API's documentation wants. */
const faults: Record<string, (sent: Recorded) => Recorded> = {
  'bulkSync.schemas.list': bracketed,
  'modelSync.getSource': bracketed,
  'modelSync.getSourceFields': bracketed,
  'models.getEnrichmentSource': bracketed,
};

/** Maps in a query go as `name[key]=value`; the SDK writes them as JSON. */
function bracketed(sent: Recorded): Recorded {
  const query = sent.query.flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    const entries = Object.entries(JSON.parse(rest.join('=')) as Record<string, string | string[]>);
    return entries.flatMap(([key, values]) => [values].flat().map((value) => `${name}[${key}]=${value}`));
  });
  return { ...sent, query: query.sort() };
}

/** What the SDK of this version has and no core operation: the newest version has it no more, or elsewhere. */
const beyondTheCore = [
  'connections.createSharedConnection',
  'modelSync.executions.update',
  'modelSync.targets.getTarget',
];

/** Dotted names of all methods of the SDK. */
function sdkNames(root: object, prefix = ''): string[] {
  const prototype = Object.getPrototypeOf(root) as object;
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([key, property]) => {
    if (key.startsWith('_') || key === 'constructor') return [];
    if (typeof property.value === 'function') return [prefix + key];
    return sdkNames((root as Record<string, object>)[key] as object, `${prefix}${key}.`);
  });
}

async function recordedBy(call: () => Promise<unknown>): Promise<Recorded[]> {
  await call().catch(() => undefined);
  return recorder.take();
}

const candidates = rows.filter(([, row]) => hasOperation(row, version));

describe('npm polytomic and this client', () => {
  it.each(candidates)('send the same for %s', async (name, row) => {
    const call = sdkCall(name);
    if (!call) throw new Error(`the SDK has no ${name}`);
    const input = inputOf(row);
    const [sdk, ...more] = await recordedBy(() => call(...sdkParameters(row, input)));
    const method = node(ours, name.split('.')) as Call;
    const mine = await recordedBy(() => method.call(undefined, input));
    expect(more).toEqual([]);
    expect(mine).toEqual([sdk && (faults[name]?.(sdk) ?? sdk)]);
  });

  it('are compared in every operation that the package has', () => {
    const compared = candidates.map(([name]) => name);
    const names = sdkNames(theirs).map((name) => name.replace(/\.remove$/, '.delete'));
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !compared.includes(name)).sort()).toEqual(beyondTheCore);
    expect(compared.filter((name) => !names.includes(name))).toEqual([]);
  });
});
