import { fileShape } from './descriptor-shapes.ts';
import type { FileDescriptor } from './descriptors.ts';

/**
 * A file whose messages have names and nothing else: types that somebody else knows how to read and write.
 * @param path a file that no set holds
 * @param enums names, and the names of their values, which count from zero
 * @example
 * opaqueFile('well-known', 'google.protobuf', ['Any', 'Value'], { NullValue: ['NULL_VALUE'] });
 */
export function opaqueFile(
  path: string,
  packageName: string,
  messages: readonly string[],
  enums: Readonly<Record<string, readonly string[]>> = {},
): FileDescriptor {
  const options = { deprecated: false, features: undefined, bytes: new Uint8Array() };
  return {
    ...fileShape.empty(),
    name: path,
    package: packageName,
    syntax: 'proto3',
    messages: messages.map((name) => ({
      name,
      fields: [],
      nested: [],
      enums: [],
      extensions: [],
      extendable: false,
      oneofs: [],
      options: { ...options, mapEntry: false, messageSet: false },
    })),
    enums: Object.entries(enums).map(([name, values]) => ({
      name,
      values: values.map((value, number) => ({ name: value, number, options })),
      options,
    })),
  };
}
