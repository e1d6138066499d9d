import { createRequire } from 'node:module';
import protobuf from 'protobufjs/light.js';
import type { CodeGeneratorRequest } from './descriptor.ts';
import type { OutputFile } from './generate.ts';

const require = createRequire(import.meta.url);
const root = protobuf.Root.fromJSON(require('protobufjs/google/protobuf/descriptor.json') as protobuf.INamespace);
root.addJSON((require('protobufjs/google/protobuf/compiler/plugin.json') as protobuf.INamespace).nested ?? {});
root.resolveAll();

const requestType = root.lookupType('google.protobuf.compiler.CodeGeneratorRequest');
const responseType = root.lookupType('google.protobuf.compiler.CodeGeneratorResponse');

/** FEATURE_PROTO3_OPTIONAL | FEATURE_SUPPORTS_EDITIONS */
const SUPPORTED_FEATURES = 3;
const EDITION_PROTO2 = 998;
const EDITION_2024 = 1001;

export function decodeRequest(bytes: Uint8Array): CodeGeneratorRequest {
  return requestType.toObject(requestType.decode(bytes), { longs: Number });
}

/** The answer to protoc: files, or what is wrong. */
export function encodeResponse(result: { files: readonly OutputFile[] } | { error: string }): Uint8Array {
  return responseType
    .encode({
      supportedFeatures: SUPPORTED_FEATURES,
      minimumEdition: EDITION_PROTO2,
      maximumEdition: EDITION_2024,
      ...('error' in result ? { error: result.error } : { file: result.files }),
    })
    .finish();
}
