/** `npm run docs`: writes the reference page of the operations. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { operationsPage, operationsPagePath } from './docs/operations-page';

mkdirSync('docs', { recursive: true });
writeFileSync(operationsPagePath, operationsPage());
