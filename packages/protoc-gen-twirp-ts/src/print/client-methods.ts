import { Names } from '../model/names.ts';
import type { MethodModel, ServiceModel } from '../model/types.ts';

/** A method and what its const is called. */
export interface NamedMethod {
  readonly name: string;
  readonly service: ServiceModel;
  readonly method: MethodModel;
}

/**
 * The methods of a file for clients that call each by a const of its own. The second method of one name is called by its
 * service too, so that the first keeps its name.
 * @param types the names that are taken
 */
export function namedMethods(services: readonly ServiceModel[], types: readonly string[]): NamedMethod[] {
  const names = Names.ofFile();
  for (const type of types) names.claim(type);
  const known = new Set<string>();
  const methods = services.flatMap((service) => service.methods.map((method) => ({ service, method })));
  const wishes = methods.map(({ service, method }) => {
    const literal = !known.has(method.name);
    known.add(method.name);
    return { name: constName(literal ? method.name : `${service.name}_${method.name}`), literal };
  });
  return names.claimAll(wishes).map((name, i) => ({ ...methods[i]!, name }));
}

/** A property may be called `1`, a const may not. */
function constName(name: string): string {
  return /^\d/.test(name) ? `_${name}` : name;
}
