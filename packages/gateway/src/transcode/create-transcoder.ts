import { camelCase } from '@pipit/runtime/door';
import { type MethodSchema, readDescriptorSet, Schema, uploadLimits } from '@pipit/schema';
import { DynamicTypes } from './dynamic/types.ts';
import { wellKnownFile } from './dynamic/well-known.ts';
import { DynamicMethod } from './method-transcoder.ts';
import type { MethodTranscoder, Transcoder } from './transcoder.ts';

/**
 * Makes a transcoder of the services in a google.protobuf.FileDescriptorSet (`protoc --include_imports
 * --descriptor_set_out`), which may come from anybody: it is checked whole, and what its messages need is built when
 * they are first used. Streaming methods are not in it.
 * @throws {DescriptorError} for bytes that are no such set, that miss an import, or that are too large
 */
export function createTranscoder(descriptorSet: Uint8Array): Transcoder {
  const schema = schemaOf(descriptorSet);
  return new DynamicTranscoder(schema, new DynamicTypes(schema));
}

/** @throws {DescriptorError} */
export function schemaOf(descriptorSet: Uint8Array): Schema {
  const schema = new Schema(readDescriptorSet(descriptorSet, uploadLimits), {
    limits: uploadLimits,
    builtIns: [wellKnownFile],
  });
  schema.check();
  return schema;
}

interface Found {
  readonly method: MethodSchema;
  made: MethodTranscoder | undefined;
}

class DynamicTranscoder implements Transcoder {
  readonly #types: DynamicTypes;
  readonly #services: ReadonlySet<string>;
  /** By `service/method`. */
  readonly #methods = new Map<string, Found>();

  constructor(schema: Schema, types: DynamicTypes) {
    this.#types = types;
    this.#services = new Set(schema.services.keys());
    const aliases: [path: string, found: Found][] = [];
    for (const service of schema.services.values()) {
      for (const method of service.methods) {
        if (method.descriptor.clientStreaming || method.descriptor.serverStreaming) continue;
        const found: Found = { method, made: undefined };
        this.#methods.set(`${service.fullName}/${method.name}`, found);
        for (const path of otherPaths(method)) aliases.push([path, found]);
      }
    }
    // Last, so that a literal name is never hidden by another one's alias.
    for (const [path, found] of aliases) if (!this.#methods.has(path)) this.#methods.set(path, found);
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  method(service: string, method: string): MethodTranscoder | undefined {
    const found = this.#methods.get(`${service}/${method}`);
    if (found === undefined) return undefined;
    return (found.made ??= new DynamicMethod(found.method, this.#types));
  }
}

/** Go's Twirp clients write the names of services and methods in CamelCase, the package as it is. */
function otherPaths({ name, service: { fullName } }: MethodSchema): string[] {
  const dot = fullName.lastIndexOf('.') + 1;
  const camel = fullName.slice(0, dot) + camelCase(fullName.slice(dot));
  return [fullName, camel].flatMap((service) => [`${service}/${name}`, `${service}/${camelCase(name)}`]);
}
