import type { GenerationState } from './state.ts';

/**
 * The protos whose code may be out of date: they are new, they or something they import has changed, or their code is
 * not what was generated.
 * @param hashOf hash of a proto as it is now, by the name imports use; '' for what is not under `rpc/`
 * @param outputHash hash of a generated file as it is now, by path below `rpc/`
 */
export function staleProtos(
  last: GenerationState,
  protos: readonly string[],
  hashOf: (name: string) => string,
  outputHash: (path: string) => string,
): string[] {
  const changed = new Map<string, boolean>();
  const hasChanged = (name: string): boolean => {
    const known = changed.get(name);
    if (known !== undefined) return known;
    // Imports in a circle do not compile, but they may be on the disk.
    changed.set(name, false);
    const before = last.protos[name];
    const result = (before?.hash ?? '') !== hashOf(name) || before?.imports.some(hasChanged) === true;
    changed.set(name, result);
    return result;
  };
  return protos.filter((proto) => {
    const outputs = last.protos[proto]?.outputs;
    if (outputs === undefined || hasChanged(proto)) return true;
    return Object.entries(outputs).some(([path, hash]) => outputHash(path) !== hash);
  });
}
