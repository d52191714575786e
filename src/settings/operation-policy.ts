/** What the operator of a worker lets workflows call. */
import { mapOperations, type OperationGroup } from '../polytomic/operation';
import { operations } from '../polytomic/operations';
import { rawRequestName } from '../polytomic/raw-request';

/** What is allowed where nothing is said: what running syncs takes, and creating them. */
export const defaultOperations = 'run,create';

const ofRuns: readonly OperationGroup[] = ['read', 'run'];
const ofDefault: readonly OperationGroup[] = [...ofRuns, 'create'];
const ofProvisioning: readonly OperationGroup[] = [...ofDefault, 'provisioning'];

/** What each name of a group allows: the operations of these groups. */
const groups: Readonly<Record<string, readonly OperationGroup[]>> = {
  read: ['read'],
  run: ofRuns,
  create: ['create'],
  provisioning: ofProvisioning,
  all: [...ofProvisioning, 'all'],
  /** The name that the default had before. */
  runs: ofDefault,
};

/** The names of the groups, for messages. */
const groupNames = 'read, run, create, provisioning, all';

/** More than a list of all operations takes. */
const maxEntries = 500;
/** Characters of a text, entries of a list. */
const maxLength = 65_536;
/** Wrong entries that a message names. */
const maxTold = 20;

/**
 * Reads a list, or a text separated by commas, of groups (`read`, `run`, `create`, `provisioning`, `all`), operations
 * (`modelSync.start`) and resources (`modelSync.*`). The returned function answers whether an operation, by its dotted
 * name, is allowed; the escape hatch `request` is allowed by the group `all` alone.
 *
 * @throws Error that names the entries which mean nothing.
 */
export function createPolicy(setting: string | readonly string[] = defaultOperations): (operation: string) => boolean {
  if (setting.length > maxLength) throw wrongPolicy(`${setting.length} characters or entries`);
  const entries = listEntries(setting);
  if (entries.length === 0 || entries.length > maxEntries) throw wrongPolicy(`${entries.length} entries`);
  const known = [...groupsByOperation()];
  const unknown = entries.filter((entry) => !known.some((operation) => includes(entry, operation)));
  if (unknown.length > 0) {
    throw wrongPolicy(unknown.slice(0, maxTold).map(quote).join(', '));
  }
  const allowed = known.filter((operation) => entries.some((entry) => includes(entry, operation)));
  const names = new Set(allowed.map(([name]) => name));
  // It reaches every operation, so that nothing less than the widest group allows it.
  if (entries.includes('all')) names.add(rawRequestName);
  return (operation) => names.has(operation);
}

/** Nothing that may be a key in the wrong place is quoted. */
function quote(entry: string): string {
  return /^[A-Za-z.*]{1,100}$/.test(entry) ? JSON.stringify(entry) : 'a text that is no such name';
}

function wrongPolicy(got: string): Error {
  return new Error(`expected ${groupNames}, or names such as modelSync.start or modelSync.*, got ${got}`);
}

/** The setting as a list of its entries. */
export function listEntries(setting: string | readonly string[]): string[] {
  const entries = typeof setting === 'string' ? setting.split(',') : setting;
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

function includes(entry: string, [name, group]: [string, OperationGroup]): boolean {
  if (Object.hasOwn(groups, entry)) return groups[entry]?.includes(group) ?? false;
  return entry.endsWith('.*') ? name.startsWith(entry.slice(0, -1)) : name === entry;
}

function groupsByOperation(): Map<string, OperationGroup> {
  const found = new Map<string, OperationGroup>();
  mapOperations(operations, (name, row) => found.set(name, row.group));
  return found;
}
