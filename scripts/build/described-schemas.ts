/** The JSON Schemas with the words of the contracts' doc comments, which the shapes do not know. */
import { join } from 'node:path';
import ts from 'typescript';
import { workflowSchemas, type JsonSchema } from '../../src/inputs/workflow-schemas';

const root = join(__dirname, '../..');

interface Node extends JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly oneOf?: readonly Node[];
}

/** As {@link workflowSchemas}; each property is described as the type says that the workflow takes or answers. */
export function describedSchemas(): Record<string, JsonSchema> {
  const types = new WorkflowTypes();
  const schemas = Object.entries(workflowSchemas());
  return Object.fromEntries(schemas.map(([name, schema]) => [name, types.describe(schema, types.of(name))]));
}

/** Types of the workflow functions, as the compiler sees them. */
class WorkflowTypes {
  readonly #checker: ts.TypeChecker;
  readonly #workflows: ts.Symbol[];

  constructor() {
    const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
    const program = ts.createProgram([join(root, 'src/workflows/index.ts')], options);
    this.#checker = program.getTypeChecker();
    const source = program.getSourceFile(join(root, 'src/workflows/index.ts'));
    const door = source && this.#checker.getSymbolAtLocation(source);
    this.#workflows = door ? this.#checker.getExportsOfModule(door) : [];
  }

  /** Of the only parameter (`runModelSync.input`) or of what is answered (`runModelSync.result`). */
  of(name: string): ts.Type {
    const [workflow = '', part] = name.split('.');
    const symbol = this.#workflows.find((found) => found.name === workflow);
    const [signature] = symbol ? this.#checker.getTypeOfSymbol(symbol).getCallSignatures() : [];
    const [parameter] = signature?.getParameters() ?? [];
    if (!signature || !parameter) throw new Error(`There is no workflow ${workflow} that takes an input`);
    if (part === 'input') return this.#checker.getTypeOfSymbol(parameter);
    return this.#checker.getAwaitedType(signature.getReturnType()) ?? signature.getReturnType();
  }

  /** The schema with the comments of the type's properties, in full depth. */
  describe(schema: Node, declared: ts.Type): Node {
    const type = this.#checker.getNonNullableType(declared);
    const { properties, items, additionalProperties, oneOf } = schema;
    const element = items && this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    const value = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const isRecord = typeof additionalProperties === 'object' && value !== undefined;
    return {
      ...schema,
      ...(properties && { properties: this.#properties(properties, type) }),
      ...(element && { items: this.describe(items, element) }),
      ...(isRecord && { additionalProperties: this.describe(additionalProperties, value) }),
      ...(oneOf && { oneOf: oneOf.map((one) => this.describe(one, type)) }),
    };
  }

  #properties(properties: Readonly<Record<string, Node>>, type: ts.Type): Record<string, Node> {
    const described = Object.entries(properties).map(([name, schema]): [string, Node] => {
      const property = type.getProperty(name);
      if (!property) return [name, schema];
      const inner = this.describe(schema, this.#checker.getTypeOfSymbol(property));
      const comment = ts.displayPartsToString(property.getDocumentationComment(this.#checker)).replace(/\s+/g, ' ');
      const description = [comment, inner.description].filter(Boolean).join(' ');
      return [name, description ? { ...inner, description } : inner];
    });
    return Object.fromEntries(described);
  }
}
