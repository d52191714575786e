/** `npm run docs`: writes the reference pages of the operations and of the emulator's seed file, and the table of rights. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { operationsPage, operationsPagePath } from './docs/operations-page';
import { securityPagePath, withRightsTable } from './docs/rights-table';
import { seedPage, seedPagePath } from './docs/seed-page';

mkdirSync('docs', { recursive: true });
writeFileSync(operationsPagePath, operationsPage());
writeFileSync(seedPagePath, seedPage());
writeFileSync(securityPagePath, withRightsTable(readFileSync(securityPagePath, 'utf8')));
