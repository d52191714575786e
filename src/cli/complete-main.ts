#!/usr/bin/env node
/**
 * The bin `temporal-__complete-polytomic`. `temporal __complete polytomic …` makes the Temporal CLI look for an extension
 * of this name (measured with 1.8.2), which is how completion works through `temporal`.
 */
import { processOutput } from './output';
import { runProgram } from './program';
import { processTerminal } from './terminal';

const { env } = process;
const context = { env, terminal: processTerminal(env) };
void runProgram(['__complete', ...process.argv.slice(2)], processOutput, context).then((code) => {
  process.exitCode = code;
});
