/** Whatever a server, a gateway or the network makes of an answer: a value, or the one typed error that fits, soon. */
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createClient, type ClientOptions, type PolytomicClient } from '../../../src/polytomic/client';
import { isPolytomicError, type PolytomicErrorCode } from '../../../src/polytomic/errors';
import { retryAfterMs } from '../../../src/polytomic/retry-after';
import { hasShapes, inEnvelope, itemOf, scalarsOf } from './support/arbitrary-answers';
import { exampleInput, rows } from './support/example-inputs';
import { startServer } from './support/http-server';
import { caught, toAnswer, type Scripted } from './support/scripted-fetch';

/** One client for thousands of answers. */
let next: Scripted = {};
const client = createClient({ apiKey: 'test-key-1234', fetch: async () => toAnswer(next, '2025-09-18') });

const inputs = new Map(rows.map(([name, row]) => [name, exampleInput(row)]));

function methodOf(of: PolytomicClient, name: string): (input: unknown) => Promise<unknown> {
  return name.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], of) as never;
}

async function answerTo(name: string, scripted: Scripted): Promise<{ value: unknown } | { error: unknown }> {
  next = scripted;
  const input = inputs.get(name);
  return methodOf(
    client,
    name,
  )(input).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Rows whose answers come without an envelope. */
const bareRows = [
  'connections.getConnectionTypeSchema',
  'notifications.getGlobalErrorSubscribers',
  'notifications.setGlobalErrorSubscribers',
];
const anyRow = fc.constantFrom(...rows);
const fittingAnswer = fc.constantFrom(...rows.filter(([, row]) => hasShapes(row))).chain(([name, row]) =>
  itemOf(row).map((item) => {
    // As it arrives: JSON has no undefined and no negative zero.
    const made = JSON.parse(JSON.stringify(item)) as unknown;
    return { name, row, ...(bareRows.includes(name) ? { body: made, value: made } : inEnvelope(row, made)) };
  }),
);

const html = fc.string().map((text) => `<!DOCTYPE html><html><body>${text}</body></html>`);
const cutJson = fc.tuple(fc.json(), fc.nat(40)).map(([json, at]) => `{"data":${json}}`.slice(0, at + 1));
const errorBody = fc
  .record({ message: fc.jsonValue(), error: fc.jsonValue(), status: fc.jsonValue() }, { requiredKeys: [] })
  .map((body) => JSON.stringify(body));
const anyText = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.json().map((json) => `{"data":${json}}`),
  html,
  cutJson,
  errorBody,
);
const header = fc.stringMatching(/^[ -~]{0,40}$/);
const headers = fc.record(
  {
    'Retry-After': fc.oneof(fc.nat().map(String), header),
    'X-RateLimit-Reset': fc.oneof(fc.nat().map(String), header),
    Date: header,
    Location: fc.oneof(
      header,
      fc.webUrl().map((url) => `${url}?signature=top-secret`),
    ),
    'X-Request-Id': header,
    'Content-Type': header,
  },
  { requiredKeys: [] },
);

/** The code of each status, written down apart from the client. */
function codeOf(status: number): PolytomicErrorCode {
  if (status < 400) return 'UnexpectedResponse';
  if (status === 408 || status >= 500) return 'Unavailable';
  const codes: Record<number, PolytomicErrorCode> = {
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    409: 'Conflict',
    429: 'RateLimited',
  };
  return codes[status] ?? 'Rejected';
}

describe('whatever is answered, an operation', () => {
  it('gives a value or the one error of its status, in few words and without the key', async () => {
    const status = fc.oneof(fc.constantFrom(200, 201, 202, 204), fc.integer({ min: 200, max: 599 }));
    const anything = fc.record({ row: anyRow, status, text: anyText, headers });
    await fc.assert(
      fc.asyncProperty(anything, async ({ row: [name, row], ...scripted }) => {
        const outcome = await answerTo(name, scripted);
        if ('value' in outcome) {
          expect(scripted.status < 300 || row.answer.kind === 'location').toBe(true);
          return;
        }
        const { error } = outcome;
        if (!isPolytomicError(error)) throw error;
        expect(error).toMatchObject({ code: codeOf(scripted.status), status: scripted.status, operation: name });
        expect(error.answered).toBe(true);
        expect(error.message.length).toBeLessThan(1_500);
        expect(`${error.message}${error.stack}`).not.toMatch(/test-key|top-secret|<html/);
        const { retryAfterMs: wait = 1_000 } = error;
        expect(wait >= 1_000 && wait <= 3_600_000).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps unknown fields and values, whatever is absent or null', async () => {
    await fc.assert(
      fc.asyncProperty(fittingAnswer, async ({ name, body, value }) => {
        expect(await answerTo(name, { json: body })).toEqual({ value });
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a list that is null, absent or empty for an empty one', async () => {
    const lists = rows.filter(([, { answer }]) => answer.kind === 'page');
    for (const [name] of lists) {
      for (const json of [{ data: null }, {}, { data: [] }, { data: [], pagination: null }]) {
        expect(await answerTo(name, { json })).toEqual({ value: { items: [] } });
      }
    }
  });

  it('tells the place of a value of the wrong type, and not the value', async () => {
    const wrong = fittingAnswer.chain((answer) =>
      fc.record({
        answer: fc.constant(answer),
        pick: fc.nat(),
        bad: fc.constantFrom(['secret-bad'], { bad: 'secret-bad' }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(wrong, async ({ answer: { name, row, body }, pick, bad }) => {
        const fields = scalarsOf(row);
        const field = fields[pick % fields.length];
        fc.pre(field !== undefined && row.answer.kind === 'one' && !bareRows.includes(name));
        const data = { ...(body as { data: object }).data, [field ?? '']: bad };
        const outcome = await answerTo(name, { json: { data } });
        expect(outcome).toMatchObject({ error: { code: 'UnexpectedResponse', answered: true } });
        const { message } = (outcome as { error: Error }).error;
        expect(message).toContain(`data.${field}`);
        expect(message).not.toContain('secret-bad');
      }),
      { numRuns: 500 },
    );
  });

  it('does not take an answer that was cut off for a whole one', async () => {
    const cut = fc.tuple(fittingAnswer, fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(cut, async ([{ name, body }, at]) => {
        const whole = JSON.stringify(body);
        const text = whole.slice(0, 1 + Math.floor(at * (whole.length - 2)));
        expect(await answerTo(name, { text })).toMatchObject({ error: { code: 'UnexpectedResponse', answered: true } });
      }),
      { numRuns: 500 },
    );
  });

  it('waits no longer than an hour on account of any header', () => {
    fc.assert(
      fc.property(headers, fc.integer({ min: 0, max: 4e12 }), (given, now) => {
        const all = new Headers(given);
        const wait = retryAfterMs((name) => all.get(name), now);
        expect(wait === undefined || (Number.isInteger(wait) && wait >= 1_000 && wait <= 3_600_000)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A body that counts what is read of it. */
function streamed(bytes: number, chunk = Buffer.alloc(65_536, 32)): { read: () => number; body: Scripted['body'] } {
  let read = 0;
  const body = async function* (): AsyncGenerator<Uint8Array> {
    for (; read < bytes; read += chunk.length) yield chunk;
  };
  return { read: () => read, body };
}

function clientOf(scripted: Scripted, options: Partial<ClientOptions> = {}): PolytomicClient {
  return createClient({ apiKey: 'test-key-1234', fetch: async () => toAnswer(scripted, '2025-09-18'), ...options });
}

describe('a body of 100 MB', () => {
  const large = 100 * 1024 * 1024;

  it('is read to the limit and no further', async () => {
    const { read, body } = streamed(large);
    const error = await caught(clientOf({ body }).connections.list({}));
    expect(error).toMatchObject({ code: 'TooLarge', answered: false });
    expect(read()).toBeLessThanOrEqual(32 * 1024 * 1024 + 2 * 65_536);
  });

  it('of a refusal is hardly read, as the status has said it all', async () => {
    const { read, body } = streamed(large);
    const error = await caught(clientOf({ status: 503, body }).connections.list({}));
    expect(error).toMatchObject({ code: 'Unavailable', status: 503 });
    expect(read()).toBeLessThanOrEqual(3 * 65_536);
  });

  it('that was squeezed into little counts by what it unfolds to', async () => {
    const squeezed = gzipSync(Buffer.alloc(large, 32));
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(squeezed);
    });
    const { url } = server;
    const error = await caught(createClient({ apiKey: 'test-key-1234', url }).connections.list({}));
    await server.close();
    expect(squeezed.length).toBeLessThan(1024 * 1024);
    expect(error).toMatchObject({ code: 'TooLarge' });
  });
});

describe('an answer that trickles', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    [200, 'Network'],
    [429, 'RateLimited'],
  ])('with status %i for ever ends after a minute, as %s', async (status, code) => {
    jest.useFakeTimers();
    let drops = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 7_000));
        drops += 1;
        yield Buffer.from(' ');
      }
    };
    let isOver = false;
    const ended = caught(clientOf({ status, body }).connections.list({})).finally(() => (isOver = true));
    await jest.advanceTimersByTimeAsync(59_999);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(2);
    expect(await ended).toMatchObject({ code });
    expect(drops).toBe(8);
  });
});
