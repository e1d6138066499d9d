import { byMethodPath } from '@pipit/runtime/door';
import { type DynamicTypes, dynamicTypes } from '@pipit/runtime/dynamic';
import { StandardChecks } from '@pipit/runtime/dynamic/checks';
import { type MethodSchema, readDescriptorSet, type ServiceSchema, uploadLimits } from '@pipit/schema';
import { DynamicMethod } from './method-transcoder.ts';
import type { MethodTranscoder, Transcoder, TranscoderOptions } from './transcoder.ts';

/**
 * Makes a transcoder of the services in a google.protobuf.FileDescriptorSet (`protoc --include_imports
 * --descriptor_set_out`), which may come from anybody: it is checked whole, and what its messages need is built when
 * they are first used. Methods that take streams are not in it.
 * @throws {DescriptorError} for bytes that are no such set, that miss an import, or that are too large
 * @example
 * const transcoder = createTranscoder(readFileSync('services.binpb'));
 * const gateway = createGateway({ keys, transcoder: () => transcoder });
 */
export function createTranscoder(descriptorSet: Uint8Array, options: TranscoderOptions = {}): Transcoder {
  const { comments = false, validate = true } = options;
  const files = readDescriptorSet(descriptorSet, { ...uploadLimits, comments, rules: validate });
  const types = dynamicTypes(files, uploadLimits);
  return new DynamicTranscoder(types, validate ? new StandardChecks(types) : undefined, options);
}

interface Found {
  readonly method: MethodSchema;
  made: MethodTranscoder | undefined;
}

class DynamicTranscoder implements Transcoder {
  readonly #types: DynamicTypes;
  readonly #checks: StandardChecks | undefined;
  readonly #options: TranscoderOptions;
  readonly #services: ReadonlySet<string>;
  /** By `service/method`. */
  readonly #methods: ReadonlyMap<string, Found>;

  constructor(types: DynamicTypes, checks: StandardChecks | undefined, options: TranscoderOptions) {
    const { schema } = types;
    this.#types = types;
    this.#checks = checks;
    this.#options = options;
    this.#services = new Set(schema.services.keys());
    this.#methods = byMethodPath(
      [...schema.services.values()]
        .flatMap(({ methods }) => methods)
        .filter(({ descriptor }) => !descriptor.clientStreaming)
        .map((method) => [method.service.fullName, method.name, { method, made: undefined }]),
    );
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  schema(service: string): ServiceSchema | undefined {
    return this.#types.schema.services.get(service);
  }

  method(service: string, method: string): MethodTranscoder | undefined {
    const found = this.#methods.get(`${service}/${method}`);
    if (found === undefined) return undefined;
    return (found.made ??= new DynamicMethod(found.method, this.#types, this.#checks, this.#options));
  }
}
