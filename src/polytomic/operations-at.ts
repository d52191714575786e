/** Which operations a path may belong to. */
import { mapOperations, type AnyOperation } from './operation';
import { operations } from './operations';

/** Every row whose path fits, whatever its verb: verbs changed between versions. */
export function operationsAt(path: string): AnyOperation[] {
  const found: AnyOperation[] = [];
  mapOperations(operations, (_name, row) => fits(row.path, path) && found.push(row));
  return found;
}

function fits(template: string, path: string): boolean {
  const parts = path.replace(/\/$/, '').split('/');
  const known = template.replace(/\/$/, '').split('/');
  return parts.length === known.length && known.every((part, index) => part.startsWith('{') || part === parts[index]);
}
