/** Activities of this project: the build that comes after a sync. */
import { spawn } from 'node:child_process';
import { ApplicationFailure, cancellationSignal, heartbeat } from '@temporalio/activity';

/** What the command printed last is kept, and may say why it failed. */
const keptCharacters = 2_000;

/**
 * Runs `dbt build --select SELECT`, or another command in the place of `dbt` (`DBT_COMMAND`). Heartbeats tell Temporal that the
 * worker still lives; a cancelled workflow ends the command.
 */
export async function dbtBuild(select: string): Promise<string> {
  const [program = 'dbt', ...args] = (process.env['DBT_COMMAND'] ?? 'dbt').split(' ');
  const beat = setInterval(() => heartbeat(), 5_000);
  try {
    return await run(program, [...args, 'build', '--select', select], cancellationSignal());
  } finally {
    clearInterval(beat);
  }
}

function run(program: string, args: string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let said = '';
    const keep = (text: Buffer): void => void (said = (said + text.toString()).slice(-keptCharacters));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(said.trim());
      reject(ApplicationFailure.nonRetryable(`The build ended with code ${code}: ${said.trim()}`, 'BuildFailed'));
    });
  });
}
