/** Sees to it that no server outlives the process that started it, even one that is killed. */
import { spawn, type ChildProcess } from 'node:child_process';

/**
 * A shell that waits for the end of its standard input, which comes when this process ends, however it ends; then it
 * kills the child. In a group of its own, so that a Ctrl-C does not end the watcher before the one it watches over.
 */
export function dieWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return; // It could not be started.
  const watcher = spawn('sh', ['-c', 'cat; kill -9 "$1"', 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.once('error', () => process.once('exit', () => child.kill('SIGKILL')));
  // The watcher must go first, lest it kill a stranger that was given the same process id.
  child.once('exit', () => watcher.kill('SIGKILL'));
}
