/** A bin as a process: its streams, its exit code, its end. */
import { exitCodes } from './exit-codes';
import { processOutput } from './output';
import { runProgram } from './program';
import { processTerminal } from './terminal';

/** Runs the program with these arguments, and ends the process with its code once everything is written. */
export async function runBin(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const streams = [process.stdout, process.stderr];
  let unwritten: NodeJS.ErrnoException | undefined;
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!isReaderGone(error)) unwritten ??= error;
    });
  }
  const code = await runProgram(args, processOutput, { env, terminal: processTerminal(env) });
  await Promise.all(streams.map(flush));
  if (unwritten) process.stderr.write(`temporal-polytomic: the output could not be written (${unwritten.message})\n`);
  // Work that was given up, such as a long poll after --command-timeout, would keep the process alive.
  process.exit(unwritten && code === exitCodes.ok ? exitCodes.failed : code);
}

/** A reader that has seen enough (`| head`) closes the pipe. The command goes on, as its exit code is the outcome. */
function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
