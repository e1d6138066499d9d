const { getBuiltinModule } = (globalThis as { process?: Partial<NodeJS.Process> }).process ?? {};

/**
 * A module of Node, asked for at run time, so that no bundle holds it. Undefined on platforms that have none.
 * @example builtinModule?.('node:zlib')?.gzipSync(bytes)
 */
export const builtinModule: NodeJS.Process['getBuiltinModule'] | undefined = getBuiltinModule;
