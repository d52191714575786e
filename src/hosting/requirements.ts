/** What a program of this package needs before anything else of it can be loaded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the package says of itself that is asked here. */
export interface Requirements {
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** What there is. */
export interface Surroundings {
  /** Version of Node, as `20.19.0`. */
  readonly node: string;
  /** Version of a package beside this one, `unknown` where it does not tell; null: it is not installed. */
  readonly versionOf: (packageName: string) => string | null;
}

/** In one line what is missing, with the cure; null where everything is there. */
export function unmetRequirement(
  { engines, peerDependencies }: Requirements,
  { node, versionOf }: Surroundings,
): string | null {
  const wanted = engines.node.replace(/^>=/, '');
  if (isOlder(node, wanted)) return `temporal-polytomic needs Node ${wanted} or newer; this is Node ${node}`;
  const peers = Object.entries(peerDependencies).map(([name, range]) => ({ name, range, version: versionOf(name) }));
  const wantedOf = (some: typeof peers): string => some.map(({ name, range }) => `'${name}@${range}'`).join(' ');
  const missing = peers.filter(({ version }) => version === null);
  if (missing.length > 0)
    return `temporal-polytomic needs packages that are not installed beside it: npm install ${wantedOf(missing)}`;
  const old = peers.filter(({ version, range }) => isOlder(version ?? '', range.replace(/^\D+/, '')));
  if (old.length === 0) return null;
  const found = old.map(({ name, version }) => `${name} ${version}`).join(', ');
  return `temporal-polytomic needs newer packages than ${found}: npm install ${wantedOf(old)}`;
}

function isOlder(version: string, wanted: string): boolean {
  const [parts, wantedParts] = [version, wanted].map((text) => text.split('.').map((part) => parseInt(part, 10)));
  if (parts?.some(Number.isNaN)) return false;
  const difference = wantedParts?.map((part, at) => (parts?.[at] ?? 0) - part).find((each) => each !== 0);
  return (difference ?? 0) < 0;
}

/** Ends the process with exit code 2 and one line where something is missing, instead of with a stack. */
export function endUnlessMet(print: (message: string) => void = (message) => console.error(message)): void {
  const requirements = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as Requirements;
  const unmet = unmetRequirement(requirements, { node: process.versions.node, versionOf });
  if (unmet === null) return;
  print(unmet);
  process.exit(2);
}

function versionOf(packageName: string): string | null {
  try {
    require.resolve(packageName);
  } catch {
    return null;
  }
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- whichever is beside this package, found at run time
    return (require(`${packageName}/package.json`) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
