/** Prints a file with one key. Argument: the id of the key. */
import { newKey } from './keys';

const [id = '1'] = process.argv.slice(2);
console.log(JSON.stringify({ current: id, keys: { [id]: newKey() } }, null, 2));
