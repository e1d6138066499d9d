/** Properties every object inherits: generated code, whose words errors use, does not call a field so. */
const OBJECT_MEMBERS: ReadonlySet<string> = new Set([
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toJSON',
  'toLocaleString',
  'toString',
  'valueOf',
]);

/** protoc's JSON name: an underscore goes, and the letter after it is upper case. */
export function lowerCamel(protoName: string): string {
  const [first = '', ...rest] = protoName.split('_');
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** What generated code calls a field. */
export function propertyName(protoName: string): string {
  const name = lowerCamel(protoName);
  return OBJECT_MEMBERS.has(name) ? `${name}$` : name;
}
