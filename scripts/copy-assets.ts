/** Copies what the compiler leaves behind (JSON contracts, the dev server's Go module, the page of reports) from src to lib. */
import { cpSync } from 'node:fs';
import { extname } from 'node:path';

const copied = new Set(['', '.json', '.mod', '.sum', '.go', '.html', '.css', '.js']);

cpSync('src', 'lib', { recursive: true, filter: (source) => copied.has(extname(source)) });
