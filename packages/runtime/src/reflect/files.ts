import { readBase64 } from '../codec/base64.ts';
import { toUtf8 } from '../codec/utf8.ts';
import type { FileSource } from '../rpc/schema-source.ts';
import type { ServiceType } from '../rpc/service-type.ts';

/**
 * The file of a service and all whose types it uses, imports first, each once.
 * @throws {Error} where the descriptor is not beside the generated code
 */
export async function filesOf(services: readonly ServiceType[]): Promise<FileSource[]> {
  const files = new Map<string, FileSource>();
  const add = (file: FileSource): void => {
    if (files.has(file.path)) return;
    for (const imported of file.imports) add(imported);
    files.set(file.path, file);
  };
  for (const service of services) add(await fileOf(service));
  return [...files.values()];
}

async function fileOf({ typeName, schema }: ServiceType): Promise<FileSource> {
  if (schema === undefined) {
    throw new Error(`${typeName} has no schema: generate its code again, with services=generate`);
  }
  try {
    return ((await schema.load(schema.path)) as { readonly descriptor: FileSource }).descriptor;
  } catch (cause) {
    throw new Error(
      `the schema of ${typeName} is not beside its code: ${schema.path} cannot be loaded. Keep the generated .descriptor files, also beside a bundle`,
      { cause },
    );
  }
}

/** A google.protobuf.FileDescriptorProto. */
export function bytesOf({ base64 }: FileSource): Uint8Array {
  const text = toUtf8(base64);
  return readBase64(text, 0, text.length)!;
}
