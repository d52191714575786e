/** What the reference says of the activities that are no single operation: long work, and any other call. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { activityPrefix, jobsPrefix } from '../../src/contracts/names';
import { membersOf } from './comments';

const read = (path: string): string => readFileSync(join(__dirname, '../../src', path), 'utf8');

const longWork = `## Long work

Activities that start work of Polytomic's and answer when it is done. Each heartbeats while it waits; its next try, at another
worker too, goes on with the same work, and cancelling the workflow ends the wait (Polytomic has no call that ends the work).
Inputs are those of the operation that starts the work, without \`async\`. \`POLYTOMIC_OPERATIONS\` must allow that operation,
and those that look at the work: \`jobs.get\`, \`queryRunner.getQuery\` or \`schemas.getStatus\`; for \`createModel\` also
\`models.list\` and \`identity.get\`; for \`downloadLogs\` the operations that tell where the files are. Work that Polytomic reports as failed
is \`polytomic.Rejected\`. In workflow code:

\`\`\`ts
import { polytomicActivities } from 'temporal-polytomic/workflow';

export async function isReachable(connection_id: string): Promise<boolean> {
  const polytomic = polytomicActivities({ startToCloseTimeout: '1 hour' });
  const { results } = await polytomic.jobs.runQuery({ connection_id, query: 'select 1' });
  return results?.length === 1;
}
\`\`\`

Log files go to the folder or function that the operator gave (\`logSink\`, or \`POLYTOMIC_LOGS_DIR\`): a folder gets
\`<organization>/<sync id>/<execution id>/<file>\`. A history holds their names and sizes, never an address or a content.
`;

const anyCall = `## Any other call

For what has no activity of its own, or not yet. Allowed by \`POLYTOMIC_OPERATIONS=all\` alone. Input: **\`method\`**, **\`path\`**
(begins with \`/api/\`), \`query\`, \`body\`, \`organization\`, \`idempotencyKey\` (POST only; made from the workflow's and the
activity's ids unless one is given). Also \`client.request({ method, path, query, body })\` in Node code, which answers
everything.
`;

/** Two sections of the page. */
export function longWorkSections(): string {
  const jobs = membersOf(read('activities/long-jobs/signatures.ts'), 'JobActivities');
  const request = membersOf(read('contracts/raw-request.ts'), 'RequestActivity');
  return [longWork, ...sections(activityPrefix + jobsPrefix, jobs), anyCall, ...sections(activityPrefix, request)].join(
    '\n',
  );
}

function sections(prefix: string, members: Map<string, string>): string[] {
  return [...members].map(([name, comment]) => `### ${prefix}${name}\n\n${comment}\n`);
}
