/** Where commands write, so that tests can read it. */

/** Results go to stdout, words and errors to stderr; each takes a line without its end. */
export interface Output {
  line: (text: string) => void;
  note: (text: string) => void;
}

/** The output of this process. */
export const processOutput: Output = {
  line: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
};
