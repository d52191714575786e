/** The record of a set as a pure machine: each message gives the next record and an answer. Every message is idempotent. */
import type { OpenIntent, OwnedObject, SetAnswer, SetMessage, SetRecord } from '../../contracts/provision-record';

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
    return { record, answer: released ? { state: 'ok', record: about(record, []) } : { state: 'refused' } };
  }
  const next = afterMessage(record, message);
  return { record: next, answer: { state: 'ok', record: about(next, addressesOf(message)) } };
}

/** Ids of all that is the set's own, with what still has to be deleted; in order, so that equal claims are equal. */
export function claimedIds({ objects }: Pick<SetRecord, 'objects'>): string[] {
  return Object.values(objects)
    .flatMap(({ id, retired, left }) => [...(left ? [] : [id]), ...(retired ?? [])])
    .sort();
}

/** The lock passes on with its open intents: the next holder looks up what became of them. */
function acquire(
  record: SetRecord,
  { holder, over, recordLostAt }: Extract<SetMessage, { type: 'acquire' }>,
): { record: SetRecord; answer: SetAnswer } {
  const present = record.holder;
  const isMine = present?.token === holder.token;
  if (present && !isMine && present.token !== over?.token) {
    return { record, answer: { state: 'busy', holder: present } };
  }
  const since = isMine ? present.since : holder.since;
  // Acquired again, as the first answer was lost, it still is a lock that was taken over.
  const takenOver = isMine ? present.takenOver === true : present !== null;
  const intents = takenOver && !isMine ? closedAt(record.intents, over?.until ?? null) : record.intents;
  const next = {
    ...record,
    ...(isMine ? {} : later(record, over?.lostAt ?? recordLostAt)),
    intents,
    holder: { ...holder, since, ...(takenOver && { takenOver }) },
  };
  return { record: next, answer: { state: 'ok', record: { ...next, last: null } } };
}

/** Nothing is posted for these intents any more. */
function closedAt(intents: SetRecord['intents'], until: string | null): SetRecord['intents'] {
  if (until === null) return intents;
  return Object.fromEntries(
    Object.entries(intents).map(([address, intent]): [string, OpenIntent] => [address, { until, ...intent }]),
  );
}

/** The latest loss counts: who comes next waits for the writes of all that were lost before. */
function later({ lostAt }: SetRecord, at: string | undefined): Pick<SetRecord, 'lostAt'> {
  if (at === undefined || (lostAt !== undefined && Date.parse(lostAt) >= Date.parse(at))) return {};
  return { lostAt: at };
}

type HolderMessage = Exclude<SetMessage, { type: 'acquire' }>;

function afterMessage(record: SetRecord, message: HolderMessage): SetRecord {
  switch (message.type) {
    case 'release': {
      const { outcome, at, ran = [], unmade = [] } = message;
      const objects = withoutMark(record.objects, 'awaitsRun', ran);
      const intents = closedAt(without(record.intents, unmade), at);
      return { ...record, ...later(record, message.lostAt), objects, intents, holder: null, last: outcome };
    }
    case 'intend':
      return { ...record, intents: { ...message.intents, ...record.intents } };
    case 'own':
      return owning(record, { [message.address]: message.object });
    case 'forget':
      return forgetting(record, message);
    case 'activated':
      return { ...record, objects: withoutMark(record.objects, 'awaitsActivation', message.addresses) };
    case 'settleIntents': {
      const intents = without(record.intents, message.dropped);
      const found = Object.keys(message.owned).length > 0;
      return found ? owning({ ...record, intents }, message.owned) : { ...record, intents };
    }
    case 'giveUp':
      return givingUp(record, message);
    case 'move':
      return grown(record, moved(record, message.moves));
  }
}

/** Old objects of replacements stay known until they are forgotten. */
function owning(record: SetRecord, owned: SetRecord['objects']): SetRecord {
  const entries = Object.entries(owned).map(([address, object]): [string, OwnedObject] => {
    const known = new Set([...(record.objects[address]?.retired ?? []), ...(object.retired ?? [])]);
    known.delete(object.id);
    const { retired: _given, ...rest } = object;
    return [address, known.size === 0 ? rest : { ...rest, retired: [...known] }];
  });
  const objects = { ...record.objects, ...Object.fromEntries(entries) };
  return grown(record, { objects, intents: without(record.intents, Object.keys(owned)) });
}

/** Of a replacement, the old or the new object stays ours. */
function forgetting(
  record: SetRecord,
  { address, id }: Pick<Extract<SetMessage, { type: 'forget' }>, 'address' | 'id'>,
): SetRecord {
  const owned = record.objects[address];
  const { retired = [], ...present } = owned ?? {};
  const rest = retired.filter((one) => one !== id);
  if (owned && rest.length < retired.length) {
    const object = { ...(present as OwnedObject), ...(rest.length > 0 && { retired: rest }) };
    return grown(record, { objects: { ...record.objects, [address]: object } });
  }
  // The message may come twice: what it does not name keeps its intent, which the next run looks up.
  if (owned && id !== null && owned.id !== id) return record;
  if (!owned || id === null) return { ...record, intents: without(record.intents, [address]) };
  const [old, ...others] = rest;
  if (old === undefined) return grown(record, { objects: without(record.objects, [address]) });
  const object = {
    ...(present as OwnedObject),
    ...{ id: old, specHash: '', secretVersions: {} },
    ...(others.length > 0 && { retired: others }),
  };
  return grown(record, { objects: { ...record.objects, [address]: object } });
}

function givingUp(record: SetRecord, { objects, known }: Extract<SetMessage, { type: 'giveUp' }>): SetRecord {
  const given = Object.entries(objects).filter(([address, id]) => record.objects[address]?.id === id);
  if (!known) return given.reduce((next, [address, id]) => forgetting(next, { address, id }), record);
  const left = given.flatMap(([address]): [string, OwnedObject][] => {
    const object = record.objects[address];
    return object && !object.left ? [[address, { ...object, left: true }]] : [];
  });
  return left.length === 0 ? record : grown(record, { objects: { ...record.objects, ...Object.fromEntries(left) } });
}

const without = <T>(entries: Record<string, T>, addresses: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([address]) => !addresses.includes(address)));

/** What these syncs awaited has come. */
function withoutMark(
  objects: SetRecord['objects'],
  mark: 'awaitsActivation' | 'awaitsRun',
  addresses: readonly string[],
): SetRecord['objects'] {
  const reached = new Set(addresses);
  const entries = Object.entries(objects).map(([address, object]): [string, OwnedObject] => {
    if (!reached.has(address) || !object[mark]) return [address, object];
    const { [mark]: _reached, ...rest } = object;
    return [address, rest];
  });
  return Object.fromEntries(entries);
}

const grown = (record: SetRecord, change: Partial<SetRecord>): SetRecord => ({
  ...record,
  ...change,
  version: record.version + 1,
});

function addressesOf(message: HolderMessage): string[] {
  if (message.type === 'intend') return Object.keys(message.intents);
  return 'address' in message ? [message.address] : [];
}

/** The part of a record that an answer needs: a whole one in each would fill the record's own history. */
function about(record: SetRecord, addresses: readonly string[]): SetRecord {
  const only = <T>(entries: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(entries).filter(([address]) => addresses.includes(address)));
  return { ...record, objects: only(record.objects), intents: only(record.intents), last: null };
}

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
