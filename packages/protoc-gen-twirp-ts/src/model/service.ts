import type { FileDescriptor, ServiceDescriptor } from '../descriptor.ts';
import { PluginError } from '../plugin-error.ts';
import { methodName, safeType } from './names.ts';
import type { Registry } from './registry.ts';
import type { SourceInfo } from './source.ts';
import type { MethodModel, ServiceModel } from './types.ts';

const FILE_SERVICE = 6;
const SERVICE_METHOD = 2;

/** MethodOptions.IdempotencyLevel by number. */
const IDEMPOTENCY = [undefined, 'NO_SIDE_EFFECTS', 'IDEMPOTENT'] as const;

/**
 * The services of a file.
 * @throws {PluginError} for a streaming method (Twirp has none), or two names that are one in TypeScript
 */
export function makeServices(file: FileDescriptor, source: SourceInfo, registry: Registry): ServiceModel[] {
  const prefix = file.package === '' ? '' : `${file.package}.`;
  const services = file.service.map((service, i): ServiceModel => {
    const path = [FILE_SERVICE, i];
    const name = safeType(service.name);
    return {
      typeName: `${prefix}${service.name}`,
      name,
      clientName: `${name}Client`,
      comment: source.comment(path),
      deprecated: service.options.deprecated,
      methods: makeMethods(service, path, source, registry),
    };
  });
  for (const service of services) {
    const clash = services.find((other) => other.name === service.clientName);
    if (clash !== undefined) {
      const at = source.at([FILE_SERVICE, services.indexOf(clash)]);
      throw new PluginError(
        `${at}: service ${clash.name} has the name of the client of ${service.name}. Rename one of them, or move one to a file of its own`,
      );
    }
  }
  return services;
}

function makeMethods(
  service: ServiceDescriptor,
  servicePath: readonly number[],
  source: SourceInfo,
  registry: Registry,
): MethodModel[] {
  const names = new Map<string, string>();
  return service.method.map((method, i): MethodModel => {
    const path = [...servicePath, SERVICE_METHOD, i];
    if (method.clientStreaming || method.serverStreaming) {
      throw new PluginError(
        `${source.at(path)}: ${service.name}.${method.name} streams, and Twirp has no streams. Remove "stream", or return a list or a page at a time`,
      );
    }
    const name = methodName(method.name);
    const other = names.get(name);
    if (other !== undefined) {
      throw new PluginError(
        `${source.at(path)}: ${service.name}.${method.name} and ${service.name}.${other} are both called ${name} in TypeScript. Rename one of them`,
      );
    }
    names.set(name, method.name);
    return {
      name,
      protoName: method.name,
      comment: source.comment(path),
      deprecated: method.options.deprecated,
      input: registry.messages.get(method.inputType)!.model,
      output: registry.messages.get(method.outputType)!.model,
      idempotency: IDEMPOTENCY[method.options.idempotencyLevel],
    };
  });
}
