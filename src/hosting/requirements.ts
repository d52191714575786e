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
  readonly isInstalled: (packageName: string) => boolean;
}

/** In one line what is missing, with the cure; null where everything is there. */
export function unmetRequirement(
  { engines, peerDependencies }: Requirements,
  { node, isInstalled }: Surroundings,
): string | null {
  const wanted = engines.node.replace(/^>=/, '');
  if (isOlder(node, wanted)) return `temporal-polytomic needs Node ${wanted} or newer; this is Node ${node}`;
  const missing = Object.entries(peerDependencies).filter(([name]) => !isInstalled(name));
  if (missing.length === 0) return null;
  const packages = missing.map(([name, range]) => `'${name}@${range}'`).join(' ');
  return `temporal-polytomic needs packages that are not installed beside it: npm install ${packages}`;
}

function isOlder(version: string, wanted: string): boolean {
  const [parts, wantedParts] = [version, wanted].map((text) => text.split('.').map(Number));
  const difference = wantedParts?.map((part, at) => (parts?.[at] ?? 0) - part).find((each) => each !== 0);
  return (difference ?? 0) < 0;
}

/** Ends the process with exit code 2 and one line where something is missing, instead of with a stack. */
export function endUnlessMet(): void {
  const requirements = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as Requirements;
  const unmet = unmetRequirement(requirements, { node: process.versions.node, isInstalled });
  if (unmet === null) return;
  console.error(unmet);
  process.exit(2);
}

function isInstalled(packageName: string): boolean {
  try {
    require.resolve(packageName);
    return true;
  } catch {
    return false;
  }
}
