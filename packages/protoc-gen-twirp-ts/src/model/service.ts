import { customOptions, type FileSchema, type MethodSchema, type ServiceSchema } from '@pipit/schema';
import { PluginError } from '../plugin-error.ts';
import { methodName, safeType } from './names.ts';
import { placeOf, type Registry } from './registry.ts';
import type { MethodModel, ServiceModel } from './types.ts';

/**
 * The services of a file.
 * @throws {PluginError} for two names that are one in TypeScript
 */
export function makeServices(file: FileSchema, registry: Registry): ServiceModel[] {
  const services = file.services.map((service): ServiceModel => {
    const name = safeType(service.name);
    return {
      typeName: service.fullName,
      name,
      clientName: `${name}Client`,
      comment: service.comment,
      deprecated: service.deprecated,
      customOptions: customOptions(service.descriptor.options),
      methods: makeMethods(service, registry),
      streams: service.methods
        .filter(isStream)
        .map((method) => ({ protoName: method.name, place: placeOf(method) })),
    };
  });
  for (const service of services) {
    const clash = services.find((other) => other.name === service.clientName);
    if (clash !== undefined) {
      const at = placeOf(file.services[services.indexOf(clash)]!);
      throw new PluginError(
        `${at}: service ${clash.name} has the name of the client of ${service.name}. Rename one of them, or move one to a file of its own`,
      );
    }
  }
  return services;
}

function isStream({ descriptor }: MethodSchema): boolean {
  return descriptor.clientStreaming || descriptor.serverStreaming;
}

function makeMethods(service: ServiceSchema, registry: Registry): MethodModel[] {
  const names = new Map<string, string>();
  const unary = service.methods.filter((method) => !isStream(method));
  return unary.map((method): MethodModel => {
    const name = methodName(method.name);
    const other = names.get(name);
    if (other !== undefined) {
      throw new PluginError(
        `${placeOf(method)}: ${service.name}.${method.name} and ${service.name}.${other} are both called ${name} in TypeScript. Rename one of them`,
      );
    }
    names.set(name, method.name);
    return {
      name,
      protoName: method.name,
      comment: method.comment,
      deprecated: method.deprecated,
      input: registry.message(method.input),
      output: registry.message(method.output),
      idempotency: method.idempotency,
      customOptions: customOptions(method.descriptor.options),
    };
  });
}
