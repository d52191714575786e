/** Which fields of a connection's configuration are secrets, as the schema of its type tells. */

/** Paths of the secret fields, names joined with dots; everything below one is secret. */
export type SecretPlaces = ReadonlySet<string>;

/** Types whose schemas leave fields unmarked that carry credentials. */
const typesWithUnmarked = ['webhook', 'api', 'csv', 'httpenrichment'];

/** Those fields, by the end of their path. */
const unmarked =
  /(^|\.)(basic\.password|oauth\.client_secret|(header|headers|query|parameters|extra_form_data)\.value)$/;

/** Undefined where the schema describes no fields, so that it says nothing. */
export function secretPlacesOf(type: string, schema: unknown): SecretPlaces | undefined {
  if (!isObject(schema) || !isObject(schema['properties'])) return undefined;
  const places = new Set<string>();
  const visit = (node: unknown, names: readonly string[]): void => {
    if (!isObject(node)) return;
    const path = names.join('.');
    if (node['sensitive'] === true || (typesWithUnmarked.includes(type) && unmarked.test(path))) places.add(path);
    visit(node['items'], names);
    if (!isObject(node['properties'])) return;
    for (const [name, inner] of Object.entries(node['properties'])) visit(inner, [...names, name]);
  };
  visit(schema, []);
  return places;
}

/** Whether the field at these names is secret, or stands below one that is. */
export function isSecretPlace(places: SecretPlaces, names: readonly string[]): boolean {
  return names.some((_name, index) => places.has(names.slice(0, index + 1).join('.')));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
