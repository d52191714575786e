/** The targets that an input names. */
import type { NotifyTarget } from '../contracts/prepared-fan-out';
import { InvalidInputError } from '../inputs/invalid-input-error';
import type { ActivityDependencies } from './dependencies';

/** @throws InvalidInputError that names each target which is not configured on this worker, and those which are. */
export function notifyTargets(
  { notify }: ActivityDependencies,
  names: readonly string[],
  workflow: string,
): NotifyTarget[] {
  const known = notify.size === 0 ? 'there are none' : `there are ${[...notify.keys()].join(', ')}`;
  const issues = names.flatMap((name, index) =>
    notify.has(name)
      ? []
      : [{ field: `notify[${index}]`, message: `no target "${name}" is configured on this worker; ${known}` }],
  );
  if (issues.length > 0) throw new InvalidInputError(workflow, issues);
  return names.map((name) => ({ name, activity: notify.get(name)?.activity ?? null }));
}
