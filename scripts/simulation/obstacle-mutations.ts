/** Defects by which one sync that cannot run keeps others from running, or too many run on one connection. */
import { engine, type Mutation } from './mutation';

/** Each must turn a campaign red. */
export const obstacleMutations: readonly Mutation[] = [
  {
    name: 'runs of others on connections are forgotten at each look',
    file: engine('admission'),
    from: 'let readable = readableJobs(state, now, mayRead(state, now));',
    to: 'state.others = {};\n  let readable = readableJobs(state, now, mayRead(state, now));',
  },
  {
    name: 'a busy connection is not looked at again',
    file: engine('admission'),
    from: 'else state.others = {};',
    to: 'else noteFruitless(state, blocked, now);',
  },
  {
    name: 'nothing is read before what could not be read may be read again',
    file: engine('unread'),
    from: 'if (probe.early >= maxEarly) return () => false;',
    to: 'if (probe.early >= 0 * maxEarly) return () => false;',
  },
  {
    name: 'a sync that cannot be read is read until it can be',
    file: 'activities/many-answer.ts',
    from: 'const maxReadAttempts = 4;',
    to: 'const maxReadAttempts = Infinity;',
  },
  {
    name: 'a job that cannot be read keeps its place',
    file: engine('job'),
    from: '(lostRaces > 0 || unread !== undefined)',
    to: '(lostRaces > 0 && unread !== 0)',
  },
  {
    name: 'runs of others on connections do not count',
    file: engine('apply-answers'),
    from: 'if (runsByConnection) noteConnections(state, runsByConnection);',
    to: 'if (runsByConnection) noteConnections(state, {});',
  },
  {
    name: 'the limit of runs on a connection is ignored',
    file: 'rules/concurrency.ts',
    from: 'return most === null || connections',
    to: 'return most !== 0 || connections',
  },
];
