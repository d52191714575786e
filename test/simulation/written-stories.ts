/** Stories written by hand, for what no seed is likely to come to. */
import { scenarioOf, type Scenario } from './scenario';

/** They are drawn all the same, but for what they are about. */
function story(seed: number, about: (drawn: Scenario) => Partial<Scenario>): Scenario {
  const drawn = scenarioOf(seed);
  return { ...drawn, ...about(drawn) };
}

const operation = ['modelSync.start', 'bulkSync.start'];

/**
 * A start stays unanswered and takes effect two minutes later. Meanwhile it is refused once with 409, and another user's
 * short run explains that: the sync is to be skipped then, but not before the first start can have no effect any more.
 */
const skippedTooEarly = story(101428, ({ behaviour }) => ({
  durationMs: 60_000,
  behaviour: { ...behaviour, listLagMs: 0, latencyMs: { min: 5, max: 300 } },
  incidents: [
    {
      at: 1,
      name: 'the effect of a start was late',
      what: { type: 'fault', spec: { operation, delayEffectMs: 117_000, times: 1 } },
    },
    {
      at: 50,
      name: 'a start was refused with 409',
      what: { type: 'fault', spec: { operation, status: 409, recorded: false, times: 2 } },
    },
    { at: 59_000, name: 'others started a run', what: { type: 'othersStart', sync: 0, options: { test: true } } },
  ],
}));

/** By what they are about. */
export const writtenStories: readonly (readonly [string, Scenario])[] = [
  ['a sync is skipped while a start may still take effect', skippedTooEarly],
];
