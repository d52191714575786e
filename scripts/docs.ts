/** `npm run docs`: writes the reference pages of the operations and of the emulator's seed file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { operationsPage, operationsPagePath } from './docs/operations-page';
import { seedPage, seedPagePath } from './docs/seed-page';

mkdirSync('docs', { recursive: true });
writeFileSync(operationsPagePath, operationsPage());
writeFileSync(seedPagePath, seedPage());
