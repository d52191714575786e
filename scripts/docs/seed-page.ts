/** The reference page of seed files, from the checks that read them. */
import type { Check } from '../../src/testing/controls/seed-check';
import { seedShape } from '../../src/testing/controls/seed-shape';

/** Where the page lies. */
export const seedPagePath = 'docs/seed-file.md';

const intro = `# The emulator's seed file

\`temporal-polytomic emulator --seed FILE\` and \`readSeedFile\` read YAML or JSON. Every field is checked; a wrong one is named
by its place. [examples/emulator/seed.yaml](../examples/emulator/seed.yaml) shows the usual ones with comments. "of the API"
names a shape of Polytomic's answers, which the emulator answers as given. This page is made by \`npm run docs\`.
`;

/** The page. */
export function seedPage(): string {
  return [intro, ...sectionsOf('The whole file', seedShape)].join('\n');
}

function sectionsOf(title: string, { fields = {}, required = [] }: Check): string[] {
  const rows = Object.entries(fields).map(
    ([name, { expects }]) => `- \`${name}\`${required.includes(name) ? ' (required)' : ''}: ${expects}`,
  );
  const section = [`## ${title}`, '', ...rows, ''].join('\n');
  const nested = Object.entries(fields).filter(([, check]) => check.fields !== undefined);
  return [
    section,
    ...nested.flatMap(([name, check]) => sectionsOf(title === 'The whole file' ? name : `${title}.${name}`, check)),
  ];
}
