/** An exported spec as a file. Pure. */
import { stringify } from 'yaml';
import type { ExportResult } from '../../contracts/provision';
import type { RootOptions } from '../root-options';

/** YAML with what has to be known of it, or JSON where that is asked for, which has no room for words. */
export function specText({ organization, spec, secrets }: ExportResult, output: RootOptions['output']): string {
  if (output === 'json') return JSON.stringify(spec, null, 2);
  if (output === 'jsonl') return JSON.stringify(spec);
  const head = [
    `# Exported from the organization ${JSON.stringify(organization)}. Each object is pinned by its id: an apply changes it, and`,
    '# a destroy leaves it.',
    ...(secrets.length > 0 ? ['# Secrets are not exported; the worker reads them from:'] : []),
    ...secrets.map(({ env, address, path }) => `#   ${env}: ${address}, ${path}`),
  ];
  // Long texts stay on their lines, so that differences between exports are those of the organization.
  return `${head.join('\n')}\n${stringify(spec, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()}`;
}
