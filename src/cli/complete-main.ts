#!/usr/bin/env node
/**
 * The bin `temporal-__complete-polytomic`. `temporal __complete polytomic …` makes the Temporal CLI look for an extension
 * of this name (measured with 1.8.2), which is how completion works through `temporal`.
 */
import '../hosting/end-unless-met';
import { runBin } from './run-bin';

void runBin(['__complete', ...process.argv.slice(2)], process.env);
