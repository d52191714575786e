/** Asks before something is started or changed; never without a terminal. */
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';

/** @throws CliError, code "not allowed" when the answer is no or nobody can be asked, "interrupted" for Ctrl-C */
export async function confirm(session: Session, question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!session.context.terminal.isInteractive) {
    throw new CliError(
      exitCodes.notAllowed,
      `${question} Nobody can be asked without a terminal`,
      'Say --yes to approve it',
    );
  }
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({ message: question, output: process.stderr, signal: session.signal });
  if (prompts.isCancel(answer)) {
    throw new CliError(exitCodes.interrupted, 'Interrupted; nothing was started or changed');
  }
  if (answer !== true) throw new CliError(exitCodes.notAllowed, 'Not approved; nothing was started or changed');
}
