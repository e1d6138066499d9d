import { readBase64 } from '../codec/base64.ts';
import type { ExtensionsOf } from '../codec/extension.ts';
import type { Unknown } from '../codec/unknown.ts';
import { toUtf8 } from '../codec/utf8.ts';
import type { FileOptions, MethodOptions, ServiceOptions } from '../google/protobuf/descriptor.pb.ts';
import type { MethodType } from './method-type.ts';
import type { SchemaSource } from './schema-source.ts';

/** The custom options of a method, of its service and of their file: `getExtension(options.method, requiredRole)`. */
export interface DeclaredOptions {
  readonly method: ExtensionsOf<MethodOptions>;
  readonly service: ExtensionsOf<ServiceOptions>;
  readonly file: ExtensionsOf<FileOptions>;
}

const noExtensions = { $extended: undefined };
const none: DeclaredOptions = { method: noExtensions, service: noExtensions, file: noExtensions };

/** The custom options that the code generated for a service carries. */
export function declaredOptions(
  { options, fileOptions }: Partial<SchemaSource> = {},
  { customOptions }: MethodType,
): DeclaredOptions {
  if (customOptions === undefined && options === undefined && fileOptions === undefined) return none;
  return {
    method: extensionsIn(customOptions),
    service: extensionsIn(options),
    file: extensionsIn(fileOptions),
  };
}

function extensionsIn(base64: string | undefined): typeof noExtensions & Unknown {
  if (base64 === undefined) return noExtensions;
  const text = toUtf8(base64);
  return { $extended: undefined, $unknown: [readBase64(text, 0, text.length)!] };
}
