/** The reference page of the operations, made from the rows. */
import { z } from 'zod';
import { activityPrefix } from '../../src/contracts/names';
import { mapOperations, type AnyOperation } from '../../src/polytomic/operation';
import { operations } from '../../src/polytomic/operations';
import { pathParameters } from '../../src/polytomic/request';
import { hasOperation } from '../../src/polytomic/operation-versions';
import { apiVersions } from '../../src/polytomic/versions';
import { longWorkSections } from './long-work';
import { readTraps } from './traps';
import { fieldTexts } from './type-text';

/** Where the page is kept, below the repository's folder. */
export const operationsPagePath = 'docs/operations.md';

const repeats = {
  read: 'reads: repeat it freely',
  start: 'starts or creates: every try must carry the same idempotency key',
  post: 'may be repeated; an idempotency key makes it count once',
  replace: 'replaces: repeating it changes nothing more',
  change: 'changes what is named: repeating it changes nothing more',
  delete: 'deletes: a repeated one may answer 404',
} as const;

const head = `# Operations

Made by \`npm run docs\` from the rows in \`src/polytomic/operations\`; do not edit.

Each operation is a method of the client (\`client.modelSync.start({ id })\`), and an activity under
\`${activityPrefix}\` and its name. In workflow code: \`polytomicActivities({ startToCloseTimeout: '1 minute' })\`,
then \`modelSync.start({ id })\`.

- **Input**: one flat object with the fields of path, query and body. Fields in bold are required. Unknown and wrong
  fields are refused by name before anything is sent. An activity also takes \`organization\` and \`idempotencyKey\`
  (what Polytomic gets is an HMAC of it and of the request).
- **Answer**: without its envelope. A list is \`{ items, nextPageToken? }\`. Every field may be absent or null, and
  fields that are not named here are kept.
- **Group**: what \`POLYTOMIC_OPERATIONS\` must name at least. \`all\` includes \`provisioning\`, which includes \`run\` and
  \`create\`; \`run\` includes \`read\`. Without the setting \`run,create\` is allowed.
- **Repeating**: the client tries once. Temporal tries an activity again as the workflow's retry policy says after 408,
  409, 429, 5xx and broken connections, and never after other refusals. An activity that posts carries the same
  idempotency key at each try, made from the workflow's and the activity's ids unless one is given. To a key that it has
  answered before, the server repeats its answer for a day at least, errors too: a start that failed with 5xx needs
  another key, and first a look at whether it started. \`runBulkSync\` and its like do that by themselves. Where a line says
  that the operation waits for schemas, two refusals are tried again for 15 minutes, each under another key: 422 "cache refresh in
  progress" and 400 "did not provide any schemas", which Polytomic answers until it has inspected a new connection.
- **Secrets**: in an activity's input, a secret is a reference (\`{ $env: NAME }\`, \`{ $file: PATH }\`, \`{ $secret: NAME }\`),
  and a reference may stand nowhere else. In the configuration of a connection the schema of its type tells the secret
  fields; in others, names such as \`password\`, \`token\` or \`private_key\` do, and a reference may stand at any. What is
  secret in an answer is dropped before it enters a history, or masked in a configuration: whoever needs it calls the client
  in an activity of their own. Neither is ever shown in an error. The text of a query has to be given as it is, so it stands in
  the history: use a payload codec where that matters.
- **Partner**: wants a partner's key.
`;

/** The page's whole text. */
export function operationsPage(): string {
  const traps = readTraps();
  const resources = new Map<string, string[]>();
  mapOperations(operations, (name, row) => {
    const [resource = ''] = name.split('.');
    const trap = traps.get(`${row.method} ${row.path}`);
    resources.set(resource, [...(resources.get(resource) ?? []), sectionOf(row, trap)]);
  });
  const parts = [...resources].map(([resource, sections]) => `## ${resource}\n\n${sections.join('\n')}`);
  return `${head}\n${parts.join('\n')}\n${longWorkSections()}`;
}

function sectionOf(row: AnyOperation, trap: string | undefined): string {
  const facts = [
    `Input: ${inputText(row)}`,
    `Answer: ${answerText(row)}`,
    `Repeating: ${repeats[kindOf(row)]}${row.needsSchemas ? '; waits for schemas' : ''}`,
    `Group: \`${row.group}\`${row.partner ? '; partner' : ''}`,
    `Versions: ${versionText(row)}`,
    ...secretTexts(row),
  ];
  const lines = facts.map((fact) => `- ${fact}`).join('\n');
  return `### ${row.name}\n\n\`${row.method} ${row.path}\`\n\n${trap ? `${trap}\n\n` : ''}${lines}\n`;
}

function kindOf({ method, starts }: AnyOperation): keyof typeof repeats {
  if (starts) return 'start';
  const kinds = { GET: 'read', POST: 'post', PUT: 'replace', PATCH: 'change', DELETE: 'delete' } as const;
  return kinds[method];
}

function inputText(row: AnyOperation): string {
  const ids = pathParameters(row.path).map((name) => ({ name, type: 'string', required: true }));
  const shapes = [row.query, row.body].flatMap((shape) => (shape ? fieldTexts(shape(), 1) : []));
  const fields = [...ids, ...shapes].map(({ name, type, required }) => {
    const text = `\`${name}\` \`${type}\``;
    const since = row.fieldsSince?.[name];
    return (required ? `**\`${name}\`** \`${type}\`` : text) + (since ? ` (since ${since})` : '');
  });
  return fields.join(', ') || 'none';
}

function answerText({ answer }: AnyOperation): string {
  const { kind, shapes = [] } = answer;
  if (kind === 'nothing') return 'none';
  if (kind === 'location') return '`location`, a signed address';
  const built = shapes.map((shape) => shape());
  const fields = built.flatMap((shape) => (shape instanceof z.ZodObject ? fieldTexts(shape, 0) : []));
  const names = fields.map(({ name, type }) => `\`${name}\` \`${type}\``).join(', ');
  const whole = names || (built.length > 0 ? 'as the server gives it' : '`location`, where the server tells one');
  return kind === 'page' ? `a list of ${names || 'what the server gives'}` : whole;
}

function versionText(row: AnyOperation): string {
  const known = apiVersions.filter((version) => hasOperation(row, version));
  const { older } = row;
  const verb = older?.method ? `; \`${older.method}\` until ${older.until}` : '';
  const body = older?.body ? `; another body until ${older.until}` : '';
  return known.join(', ') + verb + body;
}

function secretTexts({ secrets }: AnyOperation): string[] {
  const { request = [], mixed = [], unquoted = [], answer = [], mixedAnswer = [], typed } = secrets;
  const list = (fields: readonly string[]): string => fields.map((field) => `\`${field}\``).join(', ');
  const texts = [
    request.length > 0 && `in the input ${list(request)}`,
    mixed.length > 0 && `in the input below ${list(mixed)}, ${typed ? 'by the schema' : 'by name'}`,
    unquoted.length > 0 && `in errors ${list(unquoted)}`,
    answer.length > 0 && `in the answer ${list(answer)}`,
    mixedAnswer.length > 0 && `masked in the answer below ${list(mixedAnswer)}`,
  ].filter((text) => text !== false);
  return texts.length > 0 ? [`Secrets: ${texts.join('; ')}`] : [];
}
