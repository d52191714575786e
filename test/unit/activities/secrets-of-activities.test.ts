/** Every operation as an activity: what its row marks as secret is in no result, failure, heartbeat or log. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { AnyOperation } from '../../../src/polytomic/operation';
import { secretsIn } from '../../../src/polytomic/redact';
import { exampleInput, rows } from '../polytomic/support/example-inputs';
import type { Scripted } from '../polytomic/support/scripted-fetch';
import { activitiesOnFetch } from './support/activities-on-fetch';

const key = 'test-key-1234';
const ofAnswer = 'answer-secret-5678';
const variable = 'POLYTOMIC_TEST_ANY_SECRET';
const inEnvironment = 'environment-secret-9012';

const printed: string[] = [];
beforeAll(() => {
  process.env[variable] = inEnvironment;
});
afterAll(() => {
  delete process.env[variable];
});
afterEach(() => {
  jest.restoreAllMocks();
  printed.splice(0);
});

/** Whatever goes to a console or a stream of this process. */
function listen(): void {
  const keep = (...texts: unknown[]): boolean => printed.push(texts.map(String).join(' ')) > 0;
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    jest.spyOn(console, level).mockImplementation(keep);
  }
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
}

/** The input with a reference in the place of each text that the row calls a secret. */
function withReferences(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.includes(value) ? { $env: variable } : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withReferences(item, secrets));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withReferences(inner, secrets)]));
}

/** The row's own input as a workflow gives it: what has to be written out (the text of a query) stays. */
function activityInput(row: AnyOperation): Record<string, unknown> {
  const { request, mixed } = row.secrets;
  const secrets = secretsIn({ ...row, secrets: { request, mixed } }, exampleInput(row));
  return withReferences(exampleInput(row), secrets) as Record<string, unknown>;
}

/** The row's own input, with a password in each object that may hold one among other things. */
function withPasswords(row: AnyOperation): Record<string, unknown> {
  const input = structuredClone(exampleInput(row));
  for (const path of row.secrets.mixed ?? []) {
    const found = path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], input);
    if (typeof found === 'object') Object.assign(found ?? {}, { password: 'secret-password' });
  }
  return input;
}

/** What may stand at a marked path, and which steps to it are lists: the row decides which of them it takes. */
const forms = [ofAnswer, [ofAnswer], { deep: ofAnswer }, [{ deep: ofAnswer }]].flatMap((leaf) =>
  [[], [0], [1], [0, 1]].map((lists) => ({ leaf, lists })),
);

/** An answer that holds a secret at a path that the row marks. */
function answerWith({ answer }: AnyOperation, path: string, { leaf, lists }: (typeof forms)[number]): Scripted {
  if (answer.kind === 'location') return { status: 302, headers: { Location: `https://x.example/${ofAnswer}` } };
  const names = path.split('.');
  const item = names.reduceRight<unknown>((inner, name, index) => {
    return { [name]: lists.includes(index) && index < names.length - 1 ? [inner] : inner };
  }, leaf);
  return { json: { ...(item as object), data: answer.kind === 'page' ? [item] : item } };
}

/** All that Temporal, a log or a person gets to see of one attempt. */
async function seenOf(row: AnyOperation, scripted: Scripted): Promise<{ seen: string; failed: boolean; sent: number }> {
  listen();
  const { sent, perform } = activitiesOnFetch(() => scripted, { secretEnv: [variable] });
  const heartbeats: unknown[] = [];
  const outcome = await perform(row.name, activityInput(row), { heartbeats }).catch((error: unknown) => error);
  const failed = outcome instanceof ApplicationFailure;
  const told = failed ? [String(outcome), outcome.stack, outcome.details, outcome.cause] : outcome;
  return { seen: JSON.stringify([told, heartbeats, printed]), failed, sent: sent.length };
}

describe('no secret leaves the activity of', () => {
  const answering = rows.flatMap(([name, row]) => (row.secrets.answer ?? []).map((path) => ({ name, row, path })));

  it.each(answering)('$name with its answer, whatever stands at $path', async ({ row, path }) => {
    const attempts = [];
    for (const form of forms) attempts.push(await seenOf(row, answerWith(row, path, form)));
    expect(attempts.some(({ failed }) => !failed)).toBe(true);
    for (const { seen } of attempts) {
      [ofAnswer, inEnvironment, key].forEach((secret) => expect(seen).not.toContain(secret));
    }
  });

  it.each(rows)('%s with a refusal that quotes the request', async (_name, row) => {
    const unquoted = secretsIn({ ...row, secrets: { unquoted: row.secrets.unquoted } }, exampleInput(row));
    const message = [inEnvironment, key, ...unquoted, `https://x.example/?signature=${ofAnswer}`].join(' ');
    const { seen, failed } = await seenOf(row, { status: 422, json: { message } });
    expect(failed).toBe(true);
    [ofAnswer, key, ...unquoted].forEach((secret) => expect(seen).not.toContain(secret));
    const took = JSON.stringify(activityInput(row)).includes(variable);
    expect(seen.includes(inEnvironment)).toBe(!took);
  });

  it.each(rows)('%s with a connection that breaks and tells why', async (_name, row) => {
    const error = new Error(`${key} ${inEnvironment} https://x.example/?signature=${ofAnswer}`);
    const { seen, failed } = await seenOf(row, { error });
    expect(failed).toBe(true);
    [ofAnswer, inEnvironment, key].forEach((secret) => expect(seen).not.toContain(secret));
  });

  const asking = rows.filter(([, { secrets }]) => (secrets.request ?? []).length + (secrets.mixed ?? []).length > 0);

  it.each(asking)('%s with an input that has its secrets written out', async (_name, row) => {
    listen();
    const { sent, perform } = activitiesOnFetch(() => ({}));
    const input = withPasswords(row);
    const written = secretsIn(row, input);
    const failure: unknown = await perform(row.name, input).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'polytomic.InvalidInput', nonRetryable: true });
    // Schemas of connection types are read, to know what is secret.
    expect(sent.filter(({ method, url }) => method !== 'GET' || url.search.includes('secret'))).toEqual([]);
    const { details, stack } = failure as ApplicationFailure;
    const seen = JSON.stringify([String(failure), details, stack, printed]);
    const secrets = written.filter((text) => text.includes('secret'));
    expect(secrets.length).toBeGreaterThan(0);
    secrets.forEach((secret) => expect(seen).not.toContain(secret));
  });
});
