#!/usr/bin/env node
/** The bin `temporal-polytomic`, which the Temporal CLI finds as its extension `temporal polytomic`. */
import { processOutput } from './output';
import { runProgram } from './program';
import { processTerminal } from './terminal';

// A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { env } = process;
void runProgram(process.argv.slice(2), processOutput, { env, terminal: processTerminal(env) }).then((code) => {
  process.exitCode = code;
});
