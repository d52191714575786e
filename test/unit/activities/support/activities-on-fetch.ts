/** The activities of a worker whose requests meet a function of the test, each performed as Temporal would. */
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createPolytomicActivities } from '../../../../src/hosting/create-activities';
import type { PolytomicPluginOptions } from '../../../../src/settings/plugin-options';
import { toAnswer, type Scripted, type Sent } from '../../polytomic/support/scripted-fetch';

/** One attempt. */
export interface AttemptOptions {
  info?: Partial<Info>;
  /** Where its heartbeats are added to. */
  heartbeats?: unknown[];
  /** Told of the environment before it runs, to cancel it later. */
  onStart?: (environment: MockActivityEnvironment) => void;
}

/** Activities, and what they sent. */
export interface ActivitiesOnFetch {
  sent: Sent[];
  perform: (name: string, input: unknown, attempt?: AttemptOptions) => Promise<unknown>;
}

/** Everything is allowed unless the options say otherwise. */
export function activitiesOnFetch(
  answerTo: (request: Sent, index: number) => Scripted,
  plugin: PolytomicPluginOptions = {},
): ActivitiesOnFetch {
  const sent: Sent[] = [];
  const fetch: PolytomicPluginOptions['fetch'] = async (url, init) => {
    const request = { ...init, url: new URL(url) };
    sent.push(request);
    const scripted = answerTo(request, sent.length - 1);
    if (scripted.error) throw scripted.error;
    return toAnswer(scripted, '2025-09-18');
  };
  const activities = createPolytomicActivities({ apiKey: 'test-key-1234', operations: 'all', fetch, ...plugin });
  return {
    sent,
    perform: async (name, input, { info, heartbeats = [], onStart } = {}) => {
      const activity = activities[`polytomic.${name}`];
      if (!activity) throw new Error(`There is no activity polytomic.${name}`);
      const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now(), ...info });
      environment.on('heartbeat', (details: unknown) => heartbeats.push(structuredClone(details)));
      onStart?.(environment);
      return environment.run(activity, input);
    },
  };
}
