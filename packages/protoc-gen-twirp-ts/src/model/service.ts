import { customOptions, type MethodSchema, type ServiceSchema } from '@pipit/schema';
import { methodWish, Names } from './names.ts';
import { type NamedService, placeOf, type Registry } from './registry.ts';
import type { MethodModel, ServiceModel } from './types.ts';

/** A service of a file. */
export function makeService({ schema, name, clientName }: NamedService, registry: Registry): ServiceModel {
  return {
    typeName: schema.fullName,
    name,
    clientName,
    comment: schema.comment,
    deprecated: schema.deprecated || schema.file.descriptor.options.deprecated,
    customOptions: customOptions(schema.descriptor.options),
    methods: makeMethods(schema, registry),
    clientStreams: schema.methods
      .filter(takesStream)
      .map((method) => ({ protoName: method.name, place: placeOf(method) })),
  };
}

function takesStream({ descriptor }: MethodSchema): boolean {
  return descriptor.clientStreaming;
}

function makeMethods({ methods }: ServiceSchema, registry: Registry): MethodModel[] {
  // Methods that are left out have their names too: one that is no longer left out changes no other's.
  const names = Names.ofMethods().claimAll(methods.map(({ name }) => methodWish(name)));
  return methods.flatMap((method, i): MethodModel[] => {
    if (takesStream(method)) return [];
    const model: MethodModel = {
      name: names[i]!,
      protoName: method.name,
      comment: method.comment,
      deprecated: method.deprecated,
      input: registry.message(method.input),
      output: registry.message(method.output),
      stream: method.descriptor.serverStreaming,
      idempotency: method.idempotency,
      customOptions: customOptions(method.descriptor.options),
    };
    return [model];
  });
}
