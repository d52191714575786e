/** The activities that do long work, on a clock of their own and a fetch of the test. */
import { Context, type Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { guarded, type Activity } from '../../../../src/activities/guarded';
import { createJobActivities } from '../../../../src/activities/long-jobs';
import type { JobActivities } from '../../../../src/activities/long-jobs/signatures';
import type { LogSink } from '../../../../src/contracts/log-files';
import type { PolytomicPluginOptions } from '../../../../src/settings/plugin-options';
import { resolveOptions } from '../../../../src/settings/resolve-options';
import { toAnswer, type Scripted, type Sent } from '../../polytomic/support/scripted-fetch';

/** What a test may choose. */
export interface JobsOptions extends Omit<PolytomicPluginOptions, 'logSink'> {
  logSink?: LogSink;
}

/** One attempt. */
export interface Attempt {
  info?: Partial<Info>;
  /** Told of the environment before it runs, to cancel it later. */
  onStart?: (environment: MockActivityEnvironment) => void;
}

/** Activities, and what they did. */
export interface JobsOnFetch {
  sent: Sent[];
  /** Details of all heartbeats. */
  heartbeats: unknown[];
  /** Milliseconds slept in all. */
  slept: () => number;
  perform: (name: keyof JobActivities, input: unknown, attempt?: Attempt) => Promise<unknown>;
  /** A further attempt, which gets the details of the last heartbeat. */
  retry: (name: keyof JobActivities, input: unknown) => Promise<unknown>;
}

/** Requests are answered by the first entry of the script whose key (`GET /api/x`) begins the request. */
export type Script = Record<string, Scripted | ((request: Sent, nth: number) => Scripted)>;

const silent = { info: () => undefined, warn: () => undefined };

/** Everything is allowed unless the options say otherwise. */
export function jobsOnFetch(script: Script, { logSink, ...plugin }: JobsOptions = {}): JobsOnFetch {
  const sent: Sent[] = [];
  const heartbeats: unknown[] = [];
  let now = Date.parse('2026-11-22T10:00:00Z');
  const began = now;
  const counts = new Map<string, number>();
  const fetch: PolytomicPluginOptions['fetch'] = async (url, init) => {
    const request = { ...init, url: new URL(url) };
    sent.push(request);
    const line = `${init.method} ${request.url.origin === 'https://app.polytomic.com' ? '' : request.url.origin}${request.url.pathname}`;
    const key = Object.keys(script).find((known) => line.startsWith(known));
    if (key === undefined) return toAnswer({ status: 501, json: { message: `no script for ${line}` } }, '2025-09-18');
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    const entry = script[key] ?? {};
    const scripted = typeof entry === 'function' ? entry(request, nth) : entry;
    if (scripted.error) throw scripted.error;
    return toAnswer({ ...scripted, headers: { Date: new Date(now).toUTCString(), ...scripted.headers } }, '2025-09-18');
  };
  const resolved = resolveOptions({ apiKey: 'test-key-1234', operations: 'all', fetch, ...plugin }, silent, {
    env: process.env,
  });
  const activities = createJobActivities(
    {
      ...resolved,
      logSink,
      setup: { waitTaskQueue: null, heartbeatTimeoutMs: 1_000, cancelTimeoutMs: 1_000 },
      log: silent,
    },
    {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
        if (now - began > 86_400_000) throw new Error('a day of the test clock has passed');
        await new Promise(setImmediate);
        Context.current().cancellationSignal.throwIfAborted();
      },
    },
  );
  const perform: JobsOnFetch['perform'] = async (name, input, { info, onStart } = {}) => {
    const environment = new MockActivityEnvironment(info);
    environment.on('heartbeat', (details: unknown) => heartbeats.push(structuredClone(details)));
    onStart?.(environment);
    const activity = (activities as unknown as Record<string, Activity<unknown, unknown>>)[name];
    if (!activity) throw new Error(`There is no activity polytomic.jobs.${name}`);
    return environment.run(guarded(name, activity), input);
  };
  return {
    sent,
    heartbeats,
    slept: () => now - began,
    perform,
    retry: (name, input) => perform(name, input, { info: { attempt: 2, heartbeatDetails: heartbeats.at(-1) } }),
  };
}
