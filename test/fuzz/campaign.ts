/** Plays hostile cases against everything that takes what others wrote, and judges each by what it cost and what it showed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { loadPolytomicOptions } from '../../src/config';
import { createPolytomicActivities } from '../../src/hosting/create-activities';
import { workflowShapes } from '../../src/inputs/workflow-schemas';
import type { Fetch } from '../../src/polytomic/http';
import { ConfigError } from '../../src/settings/config-error';
import { parseSeed } from '../../src/testing/controls/read-seed-file';
import { SeedError } from '../../src/testing/controls/seed-check';
import { exampleInput, rows } from '../unit/polytomic/support/example-inputs';
import { toAnswer } from '../unit/polytomic/support/scripted-fetch';
import { Random } from '../simulation/random';
import { exampleInputs, exampleOptions, exampleRequests, exampleSeed, exampleVariables } from './examples';
import { hostileText, hostileValue, mutate } from './hostile';

/** What one case may cost of CPU; the parsing of Temporal and of JSON apart. */
const maxCpuMs = 100;
/** A case that waits for something is cancelled, as a user would. */
const patienceMs = 150;
/** Growth of the heap over a campaign that is no leak. */
const maxGrowthBytes = 300 * 1024 * 1024;

const apiKey = 'fuzz-key-Xq7+/=&%"-secret';
const password = 'fuzz-password-Yw8<>#;secret';

/** How each secret might be written. */
const forbidden = [apiKey, password].flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  encodeURIComponent(secret).toLowerCase(),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
]);

/** One case: what it plays against, and the play. It returns or throws; both are judged. */
interface Case {
  readonly target: string;
  readonly play: () => unknown;
  /** Errors that are an answer. */
  readonly isExpected: (error: unknown) => boolean;
}

/** What a campaign found. */
export interface FuzzReport {
  readonly counts: Readonly<Record<string, number>>;
  /** Each with the seed that repeats it. */
  readonly broken: readonly string[];
  readonly slowestMs: number;
  readonly grownBytes: number;
}

/** What is printed, logged or reported while a case is played. */
const shown: string[] = [];

/** Which cases are played, and what is asked of them besides the right answers and no secret. */
export interface FuzzOptions {
  /** The first seed. */
  readonly first: number;
  /** For so long, milliseconds; or so many cases, whose cost is not judged then, so that a sample is the same everywhere. */
  readonly until: { readonly forMs: number } | { readonly cases: number };
}

/** Plays cases from `first` on. */
export async function runFuzz({ first, until }: FuzzOptions): Promise<FuzzReport> {
  const counts: Record<string, number> = {};
  const broken: string[] = [];
  let slowestMs = 0;
  let seed = first;
  const stopListening = listen(() => broken.push(`seed ${seed}: a rejection that nobody handles`));
  try {
    const restore = silence();
    try {
      // What is compiled or loaded on first use is not the cost of a case.
      if ('forMs' in until) for (let warm = 1; warm <= 300; warm += 1) await playCase(caseOf(warm));
      const heapBefore = process.memoryUsage().heapUsed;
      const began = performance.now();
      const isOver = (): boolean =>
        'forMs' in until ? performance.now() - began >= until.forMs : seed - first >= until.cases;
      for (; !isOver() && broken.length < 20; seed += 1) {
        const found = await judge(seed, 'forMs' in until);
        counts[found.target] = (counts[found.target] ?? 0) + 1;
        slowestMs = Math.max(slowestMs, found.cpuMs);
        broken.push(...found.problems.map((problem) => `seed ${seed}, ${found.target}: ${problem}`));
      }
      globalThis.gc?.();
      const grownBytes = process.memoryUsage().heapUsed - heapBefore;
      if ('forMs' in until && grownBytes > maxGrowthBytes) broken.push(`the heap has grown by ${grownBytes} bytes`);
      return { counts, broken, slowestMs, grownBytes };
    } finally {
      restore();
    }
  } finally {
    stopListening();
  }
}

async function judge(
  seed: number,
  judgesCost: boolean,
): Promise<{ target: string; cpuMs: number; problems: string[] }> {
  const one = caseOf(seed);
  const problems: string[] = [];
  shown.length = 0;
  const played = await playCase(one);
  let { cpuMs } = played;
  // Garbage collection and compilation strike any case; what is slow each time is a stall.
  for (let again = 0; judgesCost && cpuMs > maxCpuMs && again < 3; again += 1) {
    cpuMs = Math.min(cpuMs, (await playCase(caseOf(seed))).cpuMs);
  }
  if (judgesCost && cpuMs > maxCpuMs) problems.push(`${Math.round(cpuMs)} ms of CPU`);
  const { error } = played;
  if (error !== undefined && !one.isExpected(error)) problems.push(`unexpected ${describe(error)}`);
  const output = [describe(played), ...shown].join('\n');
  const leaked = forbidden.find((text) => output.includes(text));
  if (leaked !== undefined) {
    const at = output.indexOf(leaked);
    problems.push(`a secret is shown: …${output.slice(Math.max(0, at - 120), at + 60)}…`);
  }
  return { target: one.target, cpuMs, problems };
}

async function playCase({ play }: Case): Promise<{ cpuMs: number; result?: unknown; error?: unknown }> {
  const before = process.cpuUsage();
  const cost = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  try {
    const result = await play();
    return { cpuMs: cost(), result };
  } catch (error) {
    return { cpuMs: cost(), error };
  }
}

/** Everything that a history, a person or a log could get of it. */
function describe(value: unknown): string {
  if (value instanceof ApplicationFailure)
    return `${value.type} ${value.message} ${value.stack} ${JSON.stringify(value.details)}`;
  if (value instanceof Error) return `${value.name} ${value.message} ${value.stack}`;
  if (typeof value !== 'object' || value === null) return String(value);
  const { error, result } = value as { error?: unknown; result?: unknown };
  return error === undefined ? (JSON.stringify(result) ?? '') : describe(error);
}

const isFailure = (error: unknown): boolean =>
  error instanceof CancelledFailure ||
  // A final UnexpectedResponse is a defect of ours: something looked into what it had not checked.
  (error instanceof ApplicationFailure &&
    error.type?.startsWith('polytomic.') === true &&
    !(error.type === 'polytomic.UnexpectedResponse' && error.nonRetryable === true));

/** The case of a seed, always the same. */
function caseOf(seed: number): Case {
  const random = new Random(seed);
  return random.pick([
    workflowCase,
    activityCase,
    operationCase,
    operationCase,
    optionsCase,
    variablesCase,
    fileCase,
    seedCase,
  ])(random);
}

/** Workflows give their inputs to these. */
function workflowCase(random: Random): Case {
  const workflow = random.pick(Object.keys(workflowShapes) as (keyof typeof workflowShapes)[]);
  const { activity, request } = exampleInputs[workflow];
  const input = mutate(random, request('input')) as { input?: unknown };
  const whole = random.chance(0.2) ? hostileValue(random) : request(mutate(random, exampleInputs[workflow].input));
  return {
    target: `workflow ${workflow}`,
    isExpected: isFailure,
    play: () => perform(activity, random.chance(0.1) ? input : whole, random),
  };
}

function activityCase(random: Random): Case {
  const [name, request] = random.pick(Object.entries(exampleRequests));
  const input = mutate(random, request);
  return { target: `activity ${name}`, isExpected: isFailure, play: () => perform(name, input, random) };
}

function operationCase(random: Random): Case {
  const [name, row] = random.pick(rows);
  const input = random.chance(0.5) ? exampleInput(row) : mutate(random, exampleInput(row));
  return { target: 'operations', isExpected: isFailure, play: () => perform(name, input, random) };
}

function optionsCase(random: Random): Case {
  const options = mutate(random, exampleOptions(apiKey));
  return { target: 'options', isExpected: isConfigError, play: () => void createPolytomicActivities(options as never) };
}

function variablesCase(random: Random): Case {
  const name = random.pick(Object.keys(exampleVariables));
  const env = {
    ...exampleVariables,
    POLYTOMIC_API_KEY: apiKey,
    FUZZ_PASSWORD: password,
    [name]: hostileText(random).replaceAll('\0', ''),
  };
  return { target: 'variables', isExpected: isConfigError, play: () => void loadPolytomicOptions(env) };
}

function fileCase(random: Random): Case {
  const content = mutate(random, {
    organizations: { emea: { apiKeyEnv: 'KEY' } },
    notify: { ops: { urlEnv: 'HOOK' } },
    secrets: {},
  });
  const text = toText(content);
  const cut = random.chance(0.2) ? text.slice(0, random.int(0, 200)) + hostileText(random) : text;
  return {
    target: 'config file',
    isExpected: isConfigError,
    play: () =>
      void loadPolytomicOptions({
        KEY: apiKey,
        HOOK: `https://x.example/${password}`,
        POLYTOMIC_CONFIG: fileWith(cut),
      }),
  };
}

/** What is nested too deep for JSON.stringify is written as nothing but its depth. */
function toText(content: unknown): string {
  try {
    return JSON.stringify(content) ?? '';
  } catch {
    return '['.repeat(20_000);
  }
}

function seedCase(random: Random): Case {
  const content = mutate(random, exampleSeed);
  return {
    target: 'seed file',
    isExpected: (error) => error instanceof SeedError,
    play: () => void parseSeed(content),
  };
}

const isConfigError = (error: unknown): boolean => error instanceof ConfigError;

let folder: string | undefined;
function fileWith(content: string): string {
  folder ??= mkdtempSync(join(tmpdir(), 'fuzz-'));
  process.once('exit', () => folder && rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, content);
  return path;
}

/** What answers as Polytomic repeats the secrets that it knows, and lies. */
function hostileFetch(random: Random): Fetch {
  return async (_url, { body }) => {
    // Of secrets it knows those that a request brought; what it was told before, nobody here can mask.
    const told = String(body).includes(JSON.stringify(password).slice(1, -1)) ? [apiKey, password] : [apiKey];
    const secret = random.pick(told);
    const echo = random.pick([secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
    const texts = {
      name: `x ${echo} y`,
      message: echo,
      error: `denied: ${echo}`,
      // Statuses are never masked, as workflows decide by them: docs/security-limits.md.
      status: random.pick(['running', 'completed', hostileText(random).slice(0, 200)]),
    };
    const item = {
      id: 'x1',
      ...texts,
      [hostileText(random).slice(0, 50)]: hostileText(random).slice(0, 5_000),
      completed_at: random.pick([null, 'x']),
    };
    const json = random.pick<unknown>([
      { data: item },
      { data: [item, item] },
      item,
      { data: null },
      mutate(random, { data: item }),
    ]);
    const status = random.pick([200, 200, 200, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503]);
    if (random.chance(0.1)) throw new Error(`socket with ${apiKey}`);
    return toAnswer(
      random.chance(0.1) ? { status, text: hostileText(random).slice(0, 50_000) } : { status, json },
      '2025-09-18',
    );
  };
}

/** The activities are made once; what their fetch answers is the case's. */
let answering: Fetch = () => Promise.reject(new Error('no case'));
let activities: ReturnType<typeof createPolytomicActivities> | undefined;

async function perform(name: string, input: unknown, random: Random): Promise<unknown> {
  process.env['FUZZ_PASSWORD'] = password;
  activities ??= createPolytomicActivities({
    apiKey,
    operations: 'all',
    secretEnv: ['FUZZ_PASSWORD'],
    notify: { ops: { url: 'https://hooks.example/x' } },
    fetch: (url, init) => answering(url, init),
    auditLog: (entry) => void shown.push(JSON.stringify(entry)),
  });
  answering = hostileFetch(random.fork());
  const activity = activities[`polytomic.${name}`];
  if (!activity) throw new Error(`There is no activity ${name}`);
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() });
  environment.on('heartbeat', (details: unknown) => void shown.push(JSON.stringify(details) ?? ''));
  const timer = setTimeout(() => environment.cancel(), patienceMs);
  try {
    return await environment.run(activity, input);
  } finally {
    clearTimeout(timer);
  }
}

/** Whatever goes to a console or a stream is looked at instead of printed. */
function silence(): () => void {
  const write = (chunk: unknown): boolean => shown.push(String(chunk)) > 0;
  const restorers = [process.stdout, process.stderr].map((stream) => {
    const original = Object.getOwnPropertyDescriptor(stream, 'write');
    Object.defineProperty(stream, 'write', { value: write, configurable: true, writable: true });
    return () => {
      if (original) Object.defineProperty(stream, 'write', original);
      else Reflect.deleteProperty(stream, 'write');
    };
  });
  return () => restorers.forEach((restore) => restore());
}

function listen(onRejection: () => void): () => void {
  process.on('unhandledRejection', onRejection);
  return () => void process.off('unhandledRejection', onRejection);
}
