const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reports whether protobuf allows a declaration to be called so. */
export function isIdentifier(name: string): boolean {
  return identifier.test(name);
}

/** Reports whether a package may be called so; the empty name is that of a file without a package. */
export function isPackageName(name: string): boolean {
  return name === '' || name.split('.').every(isIdentifier);
}

/** Properties every object inherits, or that JSON.stringify calls: an unset field must not read them. */
const objectMembers: ReadonlySet<string> = new Set([
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toJSON',
  'toLocaleString',
  'toString',
  'valueOf',
]);

/** Reports whether every object has such a member, so that nothing of ours may be called so. */
export function isObjectMember(name: string): boolean {
  return objectMembers.has(name);
}

/**
 * protoc's JSON name of a field: an underscore goes, and the letter after it is upper case.
 * @example
 * lowerCamel('user_name'); // 'userName'
 */
export function lowerCamel(protoName: string): string {
  const [first = '', ...rest] = protoName.split('_');
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/**
 * The property of a field or oneof in JavaScript. A proto identifier never holds `$`, so nothing else is called so.
 * @example
 * propertyName('user_name'); // 'userName'
 * propertyName('to_string'); // 'toString$'
 * propertyName('_'); // '_'
 */
export function propertyName(protoName: string): string {
  const name = lowerCamel(protoName) || protoName;
  return isObjectMember(name) ? `${name}$` : name;
}
