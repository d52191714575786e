/** Keeps the end of a program's output for error messages, however much it says. */
import type { Readable } from 'node:stream';

const keptCharacters = 4_000;
const keptLines = 15;

/** Reads the streams (so that the program never blocks on a full pipe); call the result for the last lines of both. */
export function lastLines(streams: readonly Readable[]): () => string {
  let kept = '';
  for (const stream of streams) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      kept = (kept + text).slice(-keptCharacters);
    });
  }
  return () => kept.trim().split('\n').slice(-keptLines).join('\n');
}
