/** Where commands write, so that tests can read it. */
import { escapeControls } from '../rules/quoted';

/** Results go to stdout, words and errors to stderr; each takes a line without its end. */
export interface Output {
  line: (text: string) => void;
  note: (text: string) => void;
}

/** Writes texts by these two, without what would steer a terminal. */
export function createOutput(out: (text: string) => void, err: (text: string) => void): Output {
  return { line: (text) => out(`${escapeSteering(text)}\n`), note: (text) => err(`${escapeSteering(text)}\n`) };
}

/** The output of this process. */
export const processOutput = createOutput(
  (text) => void process.stdout.write(text),
  (text) => void process.stderr.write(text),
);

const escape = '\u001b';
/** Our own colors, tabs and ends of lines; all other controls come from texts of others. */
const ours = new RegExp(`(${escape}\\[[\\d;]*m|\\r?\\n|\\t)`);

function escapeSteering(text: string): string {
  return text
    .split(ours)
    .map((part, index) => (index % 2 === 0 ? escapeControls(part) : part))
    .join('');
}
