/** The record of a set as a pure machine: each message gives the next record and an answer. Every message is idempotent. */
import type { SetAnswer, SetMessage, SetRecord } from '../../contracts/provision-record';

/** The record of a set that nothing is known of. */
export function newSetRecord(organization: string, set: string): SetRecord {
  return { v: 1, organization, set, version: 0, holder: null, objects: {}, intents: {}, last: null };
}

/** The record after a message, and what the sender is told. The given record stays as it is. */
export function changeRecord(record: SetRecord, message: SetMessage): { record: SetRecord; answer: SetAnswer } {
  if (message.type === 'acquire') return acquire(record, message);
  if (record.holder?.token !== message.token) {
    // A release that was delivered twice has released already.
    const released = message.type === 'release' && record.last?.token === message.token;
    return { record, answer: released ? { state: 'ok', record } : { state: 'refused' } };
  }
  const next = afterMessage(record, message);
  return { record: next, answer: { state: 'ok', record: next } };
}

/** Ids of all that is the set's own, with what still has to be deleted; in order, so that equal claims are equal. */
export function claimedIds({ objects }: Pick<SetRecord, 'objects'>): string[] {
  return Object.values(objects)
    .flatMap(({ id, retired }) => [id, ...(retired ?? [])])
    .sort();
}

/** The lock passes on with its open intents: the next holder looks up what became of them. */
function acquire(
  record: SetRecord,
  { holder, over }: Extract<SetMessage, { type: 'acquire' }>,
): { record: SetRecord; answer: SetAnswer } {
  const present = record.holder;
  if (present && present.token !== holder.token && present.token !== over) {
    return { record, answer: { state: 'busy', holder: present } };
  }
  const since = present?.token === holder.token ? present.since : holder.since;
  const next = { ...record, holder: { ...holder, since } };
  return { record: next, answer: { state: 'ok', record: next } };
}

function afterMessage(record: SetRecord, message: Exclude<SetMessage, { type: 'acquire' }>): SetRecord {
  switch (message.type) {
    case 'release':
      return { ...record, holder: null, last: message.outcome };
    case 'intend':
      return { ...record, intents: { ...message.intents, ...record.intents } };
    case 'own': {
      const { [message.address]: _known, ...intents } = record.intents;
      return grown(record, { intents, objects: { ...record.objects, [message.address]: message.object } });
    }
    case 'disown': {
      const { [message.address]: _owned, ...objects } = record.objects;
      const { [message.address]: _open, ...intents } = record.intents;
      return grown(record, { objects, intents });
    }
    case 'activated':
      return { ...record, objects: withoutActivation(record.objects, message.addresses) };
    case 'dropIntent': {
      const { [message.address]: _dropped, ...intents } = record.intents;
      return { ...record, intents };
    }
    case 'move':
      return grown(record, moved(record, message.moves));
  }
}

function withoutActivation(objects: SetRecord['objects'], addresses: readonly string[]): SetRecord['objects'] {
  const entries = Object.entries(objects).map(([address, { awaitsActivation, ...object }]) => {
    const isKept = awaitsActivation && !addresses.includes(address);
    return [address, isKept ? { ...object, awaitsActivation } : object] as const;
  });
  return Object.fromEntries(entries);
}

const grown = (record: SetRecord, change: Partial<SetRecord>): SetRecord => ({
  ...record,
  ...change,
  version: record.version + 1,
});

/** The record with ownership carried to new names; what is not there, or is there already, stays. */
export function moved(
  { objects, intents }: Pick<SetRecord, 'objects' | 'intents'>,
  moves: readonly { from: string; to: string }[],
): Pick<SetRecord, 'objects' | 'intents'> {
  const rename = <T>(entries: Record<string, T>): Record<string, T> =>
    moves.reduce((all, { from, to }) => {
      const { [from]: found, ...rest } = all;
      return found === undefined || to in rest ? all : { ...rest, [to]: found };
    }, entries);
  return { objects: rename(objects), intents: rename(intents) };
}
