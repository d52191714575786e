/** Log files of a run: where they go, what a history holds of them, and who is shown the signed addresses (nobody). */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import type { LogFileInfo, LogSink } from '../../../src/contracts/log-files';
import { createFolderSink } from '../../../src/hosting/folder-sink';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { failureOf } from './support/activities-on-emulator';
import { jobsOnFetch, type JobsOnFetch, type Script } from './support/jobs-on-fetch';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'polytomic-logs-'));
  folders.push(made);
  return made;
}

const signature = 'X-Amz-Signature=top-secret';
const at = (path: string): string => `https://logs.example.com${path}?${signature}`;
const none = { json: { data: { urls: null, expires: '2026-11-22T10:15:00Z' } } };
const modelLogs = (urls: string[]): Scripted => ({ json: { data: { urls } } });

const model = { kind: 'model', syncId: 's1', executionId: 'e1' } as const;
const bulk = { kind: 'bulk', syncId: 's1', executionId: 'e1' } as const;
const run = '/api/syncs/s1/executions/e1';

const modelScript: Script = {
  [`GET ${run}/records`]: modelLogs([at('/r/part-1.csv'), at('/r/part-2.csv')]),
  [`GET ${run}/errors`]: modelLogs([at('/e/part-1.csv')]),
  [`GET ${run}`]: none,
  'GET https://logs.example.com/r': (request) => ({ text: `content of ${request.url.pathname}` }),
  'GET https://logs.example.com/e': { text: 'bad row' },
};
const bulkScript: Script = {
  'GET /api/bulk/syncs/s1/executions/e1/logs': { json: { data: { URLs: [at('/b/log.csv')], Expires: 'soon' } } },
  'GET https://logs.example.com/b': { text: 'bulk log' },
};

/** A sink that keeps what it is given. */
function memorySink(): { files: Map<string, string>; given: LogFileInfo[]; sink: LogSink } {
  const files = new Map<string, string>();
  const given: LogFileInfo[] = [];
  const sink: LogSink = async (file, content) => {
    given.push(file);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    files.set(file.name, Buffer.concat(chunks).toString());
  };
  return { files, given, sink };
}

/** Nothing that leaves the activity tells an address, and no request to one carries the key. */
function expectNothingTold({ sent, heartbeats }: JobsOnFetch, ...told: unknown[]): void {
  expect(JSON.stringify([heartbeats, told])).not.toMatch(/top-secret|logs\.example\.com|test-key/);
  const elsewhere = sent.filter(({ url }) => url.origin !== 'https://app.polytomic.com');
  expect(JSON.stringify(elsewhere.map(({ headers }) => headers))).not.toMatch(/test-key|authorization/i);
}

describe('jobs.downloadLogs', () => {
  it('stores the files of a model sync by their types, and answers names and bytes alone', async () => {
    const place = await folder();
    const jobs = jobsOnFetch(modelScript, { logSink: createFolderSink(place) });
    const answer = await jobs.perform('downloadLogs', model);
    expect(answer).toEqual({
      files: [
        { name: 'records/part-1.csv', bytes: 24 },
        { name: 'records/part-2.csv', bytes: 24 },
        { name: 'errors/part-1.csv', bytes: 7 },
      ],
      count: 3,
      bytes: 55,
    });
    expect(await readFile(join(place, 'default/s1/e1/errors/part-1.csv'), 'utf8')).toBe('bad row');
    expect(await readdir(join(place, 'default/s1/e1/records'))).toEqual(['part-1.csv', 'part-2.csv']);
    expectNothingTold(jobs, answer);
  });

  it('stores the files of a bulk sync', async () => {
    const { files, given, sink } = memorySink();
    const jobs = jobsOnFetch(bulkScript, { logSink: sink });
    const answer = await jobs.perform('downloadLogs', bulk);
    expect(answer).toEqual({ files: [{ name: 'log.csv', bytes: 8 }], count: 1, bytes: 8 });
    expect([...files]).toEqual([['log.csv', 'bulk log']]);
    expect(given).toEqual([{ organization: 'default', ...bulk, name: 'log.csv' }]);
    expectNothingTold(jobs, answer);
  });

  it('fetches only the types that are asked for', async () => {
    const { files, sink } = memorySink();
    const jobs = jobsOnFetch(modelScript, { logSink: sink });
    expect(await jobs.perform('downloadLogs', { ...model, types: ['errors'] })).toMatchObject({ count: 1 });
    expect([...files.keys()]).toEqual(['errors/part-1.csv']);
  });

  it('asks the API with the key, and only the API, where an address is its own', async () => {
    const { files, sink } = memorySink();
    const own = `https://app.polytomic.com${run}/errors/part%201.csv`;
    const jobs = jobsOnFetch(
      {
        [`GET ${run}/errors/part%201.csv`]: { status: 302, headers: { Location: at('/e/part 1.csv') } },
        ...modelScript,
        [`GET ${run}/errors`]: modelLogs([own]),
      },
      { logSink: sink },
    );
    await jobs.perform('downloadLogs', { ...model, types: ['errors'] });
    expect([...files]).toEqual([['errors/part_201.csv', 'bad row']]);
    expectNothingTold(jobs);
  });

  it('keeps files apart whose addresses end alike, by the same names in every try', async () => {
    const names = async (order: string[]): Promise<string[]> => {
      const { files, sink } = memorySink();
      const script = {
        ...bulkScript,
        'GET /api/bulk/syncs/s1/executions/e1/logs': { json: { data: { URLs: order } } },
      };
      await jobsOnFetch(script, { logSink: sink }).perform('downloadLogs', bulk);
      return [...files.keys()].sort();
    };
    const [first, second] = [at('/b/1/log.csv'), at('/b/2/log.csv')];
    const found = await names([first, second]);
    expect(new Set(found).size).toBe(2);
    expect(found.every((name) => /^[0-9a-f]{12}-log\.csv$/.test(name))).toBe(true);
    expect(await names([`${second}&again=1`, `${first}&again=1`])).toEqual(found);
  });

  it('does not fetch again what an earlier try has stored, and asks for new addresses for the rest', async () => {
    const { files, sink } = memorySink();
    const gone = (_request: unknown, nth: number): Scripted => (nth === 0 ? { status: 403 } : { text: 'bad row' });
    const jobs = jobsOnFetch({ ...modelScript, 'GET https://logs.example.com/e': gone }, { logSink: sink });
    const failure = await failureOf(jobs.perform('downloadLogs', model));
    expect(failure).toMatchObject({ type: 'polytomic.Unavailable', nonRetryable: false });
    expectNothingTold(jobs, failure.message, failure.stack);
    expect(await jobs.retry('downloadLogs', model)).toMatchObject({ count: 3, bytes: 55 });
    expect(jobs.sent.filter(({ url }) => url.href.startsWith('https://logs.example.com/r'))).toHaveLength(2);
    expect(files.size).toBe(3);
  });

  const cut = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half of');
    throw new Error(`reset while reading ${at('/b/log.csv')}`);
  };

  it.each<[string, Scripted, string]>([
    ['the connection fails', { error: new Error(`no ${at('/')}`) }, 'polytomic.Network'],
    ['the storage is in trouble', { status: 503 }, 'polytomic.Unavailable'],
    ['the storage redirects', { status: 302, headers: { Location: at('/x') } }, 'polytomic.Unavailable'],
    ['it is shorter than announced', { text: 'half', headers: { 'Content-Length': '9' } }, 'polytomic.Network'],
    ['it is cut off', { body: cut }, 'polytomic.Network'],
  ])('stores no half of a file when %s', async (_what, answer, type) => {
    const place = await folder();
    const jobs = jobsOnFetch({ 'GET https://logs': answer, ...bulkScript }, { logSink: createFolderSink(place) });
    const failure = await failureOf(jobs.perform('downloadLogs', bulk));
    expect(failure).toMatchObject({ type, nonRetryable: false });
    expectNothingTold(jobs, failure.message, failure.stack);
    const left = await readdir(place, { recursive: true });
    expect(left.filter((name) => /csv|part/.test(name))).toEqual([]);
  });

  it('fails where a sink keeps to itself that a file broke off', async () => {
    const deaf: LogSink = async (_file, content) => {
      const reading = content[Symbol.asyncIterator]();
      await reading.next();
      await reading.next().catch(() => undefined);
    };
    const jobs = jobsOnFetch({ 'GET https://logs': { body: cut }, ...bulkScript }, { logSink: deaf });
    expect(await failureOf(jobs.perform('downloadLogs', bulk))).toMatchObject({ type: 'polytomic.Network' });
  });

  it('holds no more of a file in memory than the sink has not taken yet', async () => {
    let made = 0;
    let taken = 0;
    let most = 0;
    const large = async function* (): AsyncGenerator<Uint8Array> {
      for (; made < 100 * 1024 * 1024; made += 65_536) {
        most = Math.max(most, made - taken);
        yield Buffer.alloc(65_536);
      }
    };
    const sink: LogSink = async (_file, content) => {
      for await (const chunk of content) taken += chunk.length;
    };
    const jobs = jobsOnFetch({ 'GET https://logs': { body: large }, ...bulkScript }, { logSink: sink });
    expect(await jobs.perform('downloadLogs', bulk)).toMatchObject({ bytes: 100 * 1024 * 1024 });
    expect(most).toBeLessThanOrEqual(131_072);
  });

  it('ends when the workflow is cancelled in the midst of a file', async () => {
    const place = await folder();
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        await new Promise(setImmediate);
        yield Buffer.alloc(1_024);
      }
    };
    const jobs = jobsOnFetch(
      { 'GET https://logs': { body: endless }, ...bulkScript },
      { logSink: createFolderSink(place) },
    );
    const ended = jobs.perform('downloadLogs', bulk, {
      onStart: (environment) => void setTimeout(() => environment.cancel(), 20),
    });
    await expect(ended).rejects.toBeInstanceOf(CancelledFailure);
    const left = await readdir(place, { recursive: true });
    expect(left.filter((name) => /csv|part/.test(name))).toEqual([]);
  });

  it('lists no more files than a history should hold, and counts all', async () => {
    const { sink } = memorySink();
    const URLs = Array.from({ length: 1_200 }, (_, index) => at(`/b/${'x'.repeat(120)}-${index}.csv`));
    const script = { ...bulkScript, 'GET /api/bulk/syncs/s1/executions/e1/logs': { json: { data: { URLs } } } };
    const jobs = jobsOnFetch(script, { logSink: sink });
    const answer = (await jobs.perform('downloadLogs', bulk)) as { files: unknown[]; count: number };
    expect([answer.files.length, answer.count]).toEqual([500, 1_200]);
    expect(JSON.stringify(jobs.heartbeats.at(-1)).length).toBeLessThan(16_384);
  });
});

describe('jobs.downloadLogs is refused', () => {
  it('where the owner of the worker gave no place', async () => {
    const jobs = jobsOnFetch(bulkScript);
    const failure = await failureOf(jobs.perform('downloadLogs', bulk));
    expect(failure).toMatchObject({ type: 'polytomic.NotAllowed', nonRetryable: true });
    expect(failure.message).toContain('POLYTOMIC_LOGS_DIR');
    expect(jobs.sent).toEqual([]);
  });

  it.each([
    [{ ...model, kind: 'other' }, 'kind'],
    [{ ...model, types: ['everything'] }, 'types[0]'],
    [{ ...bulk, types: ['errors'] }, 'types'],
    [{ ...model, executionId: '../../x' }, 'executionId'],
    [{ ...model, folder: '/etc' }, 'folder'],
    [undefined, 'input'],
  ])('for %j, naming %s', async (input, field) => {
    const jobs = jobsOnFetch(bulkScript, { logSink: memorySink().sink });
    const failure = await failureOf(jobs.perform('downloadLogs', input));
    expect(failure.type).toBe('polytomic.InvalidInput');
    expect(JSON.stringify(failure.details)).toContain(`"field":"${field}"`);
    expect(jobs.sent).toEqual([]);
  });

  it.each(['ftp://logs.example.com/x', 'http://logs.example.com/x', 'file:///etc/passwd', 'no address'])(
    'by itself for the address %s, which it does not show',
    async (address) => {
      const { files, sink } = memorySink();
      const script = { 'GET /api/bulk/syncs/s1/executions/e1/logs': { json: { data: { URLs: [address] } } } };
      const jobs = jobsOnFetch(script, { logSink: sink });
      const failure = await failureOf(jobs.perform('downloadLogs', bulk));
      expect(failure.type).toBe('polytomic.NotAllowed');
      expect(failure.message).not.toContain(address);
      expect([jobs.sent.length, files.size]).toEqual([1, 0]);
    },
  );
});

describe('jobs.exportLogs', () => {
  const input = { sync_id: 's1', execution_id: 'e1' };
  const done = (url: string): Scripted => ({
    json: { data: { job_id: 'j1', type: 'exportlogs', status: 'done', result: { url } } },
  });
  const script: Script = {
    'POST /api/bulk/syncs/s1/executions/e1/logs/export': { json: { job: { job_id: 'j1', type: 'exportlogs' } } },
    'GET /api/jobs/exportlogs/j1': done(at('/x/export.zip')),
    'GET https://logs.example.com/x': { text: 'zip' },
  };

  it('stores the export where the worker has a place for logs', async () => {
    const { files, given, sink } = memorySink();
    const jobs = jobsOnFetch(script, { logSink: sink });
    const answer = await jobs.perform('exportLogs', input);
    expect(answer).toEqual({ jobId: 'j1', files: [{ name: 'export/export.zip', bytes: 3 }], count: 1, bytes: 3 });
    expect([...files]).toEqual([['export/export.zip', 'zip']]);
    expect(given[0]).toMatchObject({ kind: 'bulk', syncId: 's1', executionId: 'e1' });
    expectNothingTold(jobs, answer);
  });

  it('stores one that is answered without a job', async () => {
    const { files, sink } = memorySink();
    const atOnce = { json: { data: { url: at('/x/export.zip') } } };
    const jobs = jobsOnFetch(
      { ...script, 'POST /api/bulk/syncs/s1/executions/e1/logs/export': atOnce },
      { logSink: sink },
    );
    expect(await jobs.perform('exportLogs', input)).toMatchObject({ jobId: null, count: 1 });
    expect(files.size).toBe(1);
    expectNothingTold(jobs);
  });

  it('exports anew, with another key, when the address has expired', async () => {
    const { files, sink } = memorySink();
    const expired = (_request: unknown, nth: number): Scripted => (nth === 0 ? { status: 403 } : { text: 'zip' });
    const jobs = jobsOnFetch({ ...script, 'GET https://logs.example.com/x': expired }, { logSink: sink });
    expect(await failureOf(jobs.perform('exportLogs', input))).toMatchObject({ nonRetryable: false });
    expect(await jobs.retry('exportLogs', input)).toMatchObject({ count: 1 });
    const posts = jobs.sent.filter(({ method }) => method === 'POST');
    expect(new Set(posts.map(({ headers }) => headers['Idempotency-Key'])).size).toBe(2);
    expect(files.size).toBe(1);
    expectNothingTold(jobs);
  });
});

describe('a folder for log files', () => {
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
  };

  it('is not left by any name', async () => {
    const place = await folder();
    const file = {
      organization: '..',
      kind: 'bulk',
      syncId: '../..',
      executionId: '.',
      name: '../../evil/..',
    } as const;
    await createFolderSink(join(place))(file, content());
    const found = await readdir(place, { recursive: true, withFileTypes: true });
    expect(found.filter((entry) => entry.isFile())).toHaveLength(1);
    expect(await readdir(tmpdir())).not.toContain('evil');
  });

  it('replaces a file that comes again', async () => {
    const place = await folder();
    const file = { organization: 'o', kind: 'bulk', syncId: 's', executionId: 'e', name: 'f' } as const;
    await createFolderSink(place)(file, content());
    await createFolderSink(place)(file, content());
    expect(await readdir(join(place, 'o/s/e'))).toEqual(['f']);
  });

  it('that cannot be written says why, and not where it is', async () => {
    const place = await folder();
    const file = { organization: 'o', kind: 'bulk', syncId: 's', executionId: 'e', name: 'f' } as const;
    await createFolderSink(place)(file, content());
    const blocked = { ...file, name: 'f/below' };
    await expect(createFolderSink(place)(blocked, content())).rejects.toThrow(
      /^A log file cannot be written on this worker \(E[A-Z]+\)$/,
    );
  });
});
