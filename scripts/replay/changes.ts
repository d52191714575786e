/** Constants of the workflow code that are wire format, and what each becomes. */
import { engine, type Mutation } from '../simulation/mutation';

/** All of them; each must break the replay of a recorded history. */
export const wireChanges: readonly Mutation[] = [
  {
    name: 'starts of one activity',
    file: engine('tries'),
    from: 'const maxStarts = 100;',
    to: 'const maxStarts = 50;',
  },
  { name: 'repeated starts', file: engine('tries'), from: 'const maxRepeated = 20;', to: 'const maxRepeated = 10;' },
  {
    name: 'runs of one wait',
    file: engine('waits'),
    from: 'const maxExecutions = 200;',
    to: 'const maxExecutions = 100;',
  },
  { name: 'runs of one cancel', file: engine('stops'), from: 'const maxItems = 200;', to: 'const maxItems = 2;' },
  { name: 'gap of notifications', file: engine('outbox'), from: 'const gapMs = 30_000;', to: 'const gapMs = 0;' },
  {
    name: 'name of an activity',
    file: engine('activity-of'),
    from: "cancel: 'cancelExecutions',",
    to: "cancel: 'cancelRuns',",
  },
  {
    name: 'no timer between tries',
    file: engine('step'),
    from: 'tries.wakeAt,',
    to: '',
  },
  {
    name: 'no timer for lateness and timeouts',
    file: engine('step'),
    from: 'if (!isIdle) wake.push(...dueTimes(state));',
    to: 'void dueTimes;',
  },
  {
    name: 'time between paced starts',
    file: 'rules/pace.ts',
    from: '(count * 60_000) / perMinute',
    to: 'count - count',
  },
  {
    name: 'a timer while only starts are under way',
    file: engine('drive'),
    from: 'const longestTryMs = 10 * 60_000;',
    to: 'const longestTryMs = 1e12;',
  },
  {
    name: 'waits return soon while starts are under way',
    file: engine('waits'),
    from: '{ isBounded: isStarting }',
    to: '{ isBounded: isStarting && now < 0 }',
  },
];
