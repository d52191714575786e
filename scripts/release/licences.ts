/** The licences of what the package brings. Pure. */
import type { Component, Sbom } from './sbom';

/** Licences under which others' code may be used and passed on as it is here. */
const accepted = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'],
  // Data on browsers, not code.
  'CC-BY-4.0',
]);

/** What the lock file leaves out, as the packages themselves say it. */
const known: Readonly<Record<string, string>> = { unionfs: 'Unlicense' };

/** A line for each package, sorted: name, version, licence. */
export function licenceLines({ components }: Sbom): string[] {
  return components.map((one) => `${one.name} ${one.version} ${licenceOf(one)}`).sort();
}

/** Packages whose licence is none of those that are accepted. */
export function unacceptedLicences({ components }: Sbom): string[] {
  const isAccepted = (one: Component): boolean =>
    licenceOf(one)
      .split(' AND ')
      .every((id) => accepted.has(id));
  return components.filter((one) => !isAccepted(one)).map((one) => `${one.name} (${licenceOf(one)})`);
}

function licenceOf({ name, licenses = [] }: Component): string {
  const told = licenses.map((entry) =>
    'expression' in entry ? entry.expression : (entry.license.id ?? entry.license.name),
  );
  return told.join(' AND ') || known[name] || 'unknown';
}
