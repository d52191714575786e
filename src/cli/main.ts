#!/usr/bin/env node
/** The bin `temporal-polytomic`, which the Temporal CLI finds as its extension `temporal polytomic`. */
import '../hosting/end-unless-met';
import { runBin } from './run-bin';

void runBin(process.argv.slice(2), process.env);
