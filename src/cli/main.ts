#!/usr/bin/env node
/** The bin `temporal-polytomic`. */
import { processOutput } from './output';
import { runProgram } from './program';

void runProgram(process.argv.slice(2), processOutput).then((code) => {
  process.exitCode = code;
});
