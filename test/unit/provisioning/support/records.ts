/** Records of sets in memory, for activities without a server. */
import type { SetRecords } from '../../../../src/activities/provision/set-records';
import type { SetRecord } from '../../../../src/contracts/provision-record';
import { changeRecord, newSetRecord } from '../../../../src/rules/provision/set-record';
import type { InProcessEmulator } from '../../../../src/testing';

/** The set. */
export const ref = { organization: 'default', set: 'default' };
const holder = { token: 't', workflowId: 'w', runId: 'r', specHash: 'h', mode: 'apply', since: '' } as const;

/** A record that `t` holds, for so many more questions about it; `theirs` are claimed by another set. */
export function recordsOf({
  asked = Number.POSITIVE_INFINITY,
  theirs = [],
}: { asked?: number; theirs?: string[] } = {}): SetRecords {
  let record: SetRecord = { ...newSetRecord('default', 'default'), holder };
  let left = asked;
  return {
    read: async () => ({ ...record, holder: left-- > 0 ? holder : { ...holder, token: 'heir' } }),
    change: async (_ref, message) => {
      const changed = changeRecord(record, message);
      record = changed.record;
      return changed.answer;
    },
    endOfRecord: async () => null,
    endOf: async () => undefined,
    async *claims() {
      yield { set: 'other', ids: theirs };
    },
  };
}

/** What was sent to Polytomic that is no read. */
export const writesOf = (emulator: InProcessEmulator): string[] =>
  emulator.requests().flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`]));
