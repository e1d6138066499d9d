import { nameOf } from './logger.ts';
import { propertyOf } from './property-of.ts';
import type { ServedService } from './service-type.ts';

/**
 * Takes the `services` of a door.
 * @throws {TypeError} for what is not a list of services that are bound to their implementations; it says how to
 */
export function servedServices(services: unknown): readonly ServedService[] {
  if (!Array.isArray(services)) {
    throw new TypeError(
      `services: expected a list, as in [Echo.serve(new EchoServer())], got ${shown(services)}`,
    );
  }
  services.forEach((served: unknown, i) => {
    if (typeof propertyOf(propertyOf(served, 'type'), 'typeName') === 'string') return;
    throw new TypeError(
      `services[${i}]: expected a service and its implementation, as in Echo.serve(new EchoServer()), got ${shown(served)}`,
    );
  });
  return services as ServedService[];
}

function shown(value: unknown): string {
  const typeName = propertyOf(value, 'typeName');
  if (typeof typeName === 'string') return `the service ${typeName} without its implementation`;
  if (typeof value === 'function') return `the class or function ${value.name}`;
  return typeof value === 'object' && value !== null ? `an object of class ${nameOf(value)}` : String(value);
}
