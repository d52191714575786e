/** What the owner of a worker lets workflows call. */
import { mapOperations, type OperationGroup } from '../polytomic/operation';
import { operations } from '../polytomic/operations';
import { rawRequestName } from '../polytomic/raw-request';

/** What is allowed where nothing is said. */
export const defaultOperations = 'runs';

/** Groups from the narrowest to the widest; each includes those before it. */
const groups: readonly OperationGroup[] = ['runs', 'provisioning', 'all'];

/**
 * Reads `runs`, `provisioning`, `all`, or a list (or text, separated by commas) of those, of operations
 * (`modelSync.start`) and of resources (`modelSync.*`). Answers whether an operation, by its dotted name, is allowed;
 * the escape hatch `request` by the group `all` alone.
 *
 * @throws Error that names the entries which mean nothing.
 */
export function createPolicy(setting: string | readonly string[] = defaultOperations): (operation: string) => boolean {
  const entries = listEntries(setting);
  const known = groupsByOperation();
  const unknown = entries.filter((entry) => ![...known].some((operation) => includes(entry, operation)));
  if (entries.length > 0 && unknown.length === 0) {
    const allowed = [...known].filter((operation) => entries.some((entry) => includes(entry, operation)));
    const names = new Set(allowed.map(([name]) => name));
    // It reaches every operation, so that nothing less than the widest group allows it.
    if (entries.includes('all')) names.add(rawRequestName);
    return (operation) => names.has(operation);
  }
  const wrong = unknown.map((entry) => JSON.stringify(entry)).join(', ') || 'nothing';
  throw new Error(`expected ${groups.join(', ')}, or names such as modelSync.start or modelSync.*, got ${wrong}`);
}

/** The setting as a list of its entries. */
export function listEntries(setting: string | readonly string[]): string[] {
  const entries = typeof setting === 'string' ? setting.split(',') : setting;
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

function includes(entry: string, [name, group]: [string, OperationGroup]): boolean {
  const width = groups.findIndex((known) => known === entry);
  if (width >= 0) return groups.indexOf(group) <= width;
  return entry.endsWith('.*') ? name.startsWith(entry.slice(0, -1)) : name === entry;
}

function groupsByOperation(): Map<string, OperationGroup> {
  const found = new Map<string, OperationGroup>();
  mapOperations(operations, (name, row) => found.set(name, row.group));
  return found;
}
