/** The least-privilege table of docs/security.md, from the table of what workflows need. */
import { workflowOperations } from '../../src/activities/workflow-operations';

/** The page that holds it. */
export const securityPagePath = 'docs/security.md';

const begin = '<!-- rights: written by npm run docs -->';
const end = '<!-- end of rights -->';

/** The page with its table as the code is now. @throws Error where the page has no place for it */
export function withRightsTable(page: string): string {
  const [before, rest, ...others] = page.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined || others.length > 0)
    throw new Error(`${begin} … ${end}: not found once`);
  return `${before}${begin}\n\n${sections()}\n\n${end}${after}`;
}

/** Workflows that need the same stand together. */
function sections(): string {
  const byNeeds = new Map<string, string[]>();
  for (const [workflow, { needed, more }] of Object.entries(workflowOperations)) {
    const lines = [
      `- needed: ${needed.length === 0 ? 'nothing' : setting(needed)}`,
      ...Object.entries(more).map(([purpose, operations]) => `- to ${purpose}: ${setting(operations)}`),
    ].map((line) => line.replace('- to the same', '- the same').replace('- to with', '- with'));
    const text = lines.join('\n');
    byNeeds.set(text, [...(byNeeds.get(text) ?? []), `\`${workflow}\``]);
  }
  return [...byNeeds].map(([text, workflows]) => `**${workflows.join(', ')}**\n\n${text}`).join('\n\n');
}

const setting = (operations: readonly string[]): string => `\`${[...new Set(operations)].sort().join(',')}\``;
