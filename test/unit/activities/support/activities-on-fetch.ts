/** The activities of a worker whose requests meet a function of the test, each performed as Temporal would. */
import { createPolytomicActivities } from '../../../../src/hosting/create-activities';
import type { PolytomicPluginOptions } from '../../../../src/settings/plugin-options';
import { toAnswer, type Scripted, type Sent } from '../../polytomic/support/scripted-fetch';
import { performing, type Perform } from './perform';

/** Activities, and what they sent. */
export interface ActivitiesOnFetch {
  sent: Sent[];
  perform: Perform;
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
  return { sent, perform: performing(activities) };
}
