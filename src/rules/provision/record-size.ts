/** How large the record of a set would become: it is carried and answered as a whole. */
import type { OwnedObject } from '../../contracts/provision-record';
import type { ProvisionObject } from '../../contracts/provision-spec';
import { jsonBytes } from '../json-bytes';

/** Most bytes, as JSON, of what is ours. */
export const maxRecordBytes = 700_000;

/** An object whose id and hash are not known yet. */
const expected = ({ kind, name, secretVersions }: ProvisionObject): OwnedObject => ({
  ...{ kind, name, secretVersions, origin: 'created', id: 'x'.repeat(36), specHash: 'x'.repeat(64) },
  ...{ awaitsActivation: true, awaitsRun: true },
});

/** What is wrong with the size of a set once this spec is applied; what the spec dropped stays in the record until pruned. */
export function recordProblem(
  objects: readonly ProvisionObject[],
  owned: Readonly<Record<string, OwnedObject>>,
): string | undefined {
  const made = Object.fromEntries(objects.map((object) => [object.address, expected(object)]));
  const bytes = jsonBytes({ ...owned, ...made });
  if (bytes <= maxRecordBytes) return undefined;
  const count = Object.keys({ ...owned, ...made }).length;
  return (
    `The record of the set would have ${bytes} bytes for ${count} objects, more than ${maxRecordBytes}: ` +
    'split the spec into sets by name, or prune what it dropped'
  );
}
