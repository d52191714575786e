/** The shape of a message to the record of a set: what does not have it would block the record's workflow for good. */
import type { SetMessage } from '../../contracts/provision-record';
import { isFields } from './values';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isFields(value) && Object.values(value).every(check);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const texts = listOf(isText);
const object = fields({ kind: isText, id: isText, name: isText, origin: isText, retired: optional(texts) });
const intent = fields({ kind: isText, name: isText, at: isText, until: optional(isText), namesakes: texts });
const holder = fields({
  ...{ token: isText, workflowId: isText, runId: isText },
  ...{ specHash: isText, mode: (value) => value === 'apply' || value === 'destroy', since: isText },
});
const failure = fields({ type: isText, message: isText });
const outcome = fields({ token: isText, result: orNull(isFields), failure: orNull(failure) });
const over = fields({ token: isText, until: orNull(isText), lostAt: optional(isText) });

/** What each type of message holds besides its type and token. A newer worker may send fields that are not known here. */
const shapes: Readonly<Record<SetMessage['type'], Readonly<Record<string, Check>>>> = {
  acquire: { holder, over: optional(over), recordLostAt: optional(isText) },
  release: {
    ...{ outcome, at: isText, lostAt: optional(isText) },
    ...{ ran: optional(texts), unmade: optional(texts) },
  },
  intend: { intents: mapOf(intent) },
  own: { address: isText, object },
  forget: { address: isText, id: orNull(isText) },
  activated: { addresses: texts },
  settleIntents: { owned: mapOf(object), dropped: texts },
  giveUp: { objects: mapOf(isText), known: isFlag },
  move: { moves: listOf(fields({ from: isText, to: isText })) },
};

/** @throws Error that says what was expected of the input of a record */
export function checkSetName(named: unknown): void {
  const isNamed = fields({ organization: isText, set: isText });
  if (!isNamed(named)) throw new Error('expected { organization, set }; provisioning starts this workflow by itself');
}

/** @throws Error that names the field which is missing or wrong */
export function checkSetMessage(message: unknown): asserts message is SetMessage {
  const expected = `expected a message of a type among ${Object.keys(shapes).join(', ')}`;
  if (!isFields(message) || typeof message.type !== 'string' || !Object.hasOwn(shapes, message.type)) {
    throw new Error(`change: ${expected}`);
  }
  const type = message.type as SetMessage['type'];
  const checks = { ...(type !== 'acquire' && { token: isText }), ...shapes[type] };
  const wrong = Object.entries(checks).find(([name, check]) => !check(message[name]));
  if (wrong) throw new Error(`change: "${wrong[0]}" of a message of the type ${type} is missing or wrong`);
}
