/** Written into every generated file; a test holds it to package.json's. */
export const VERSION = '0.1.0';

/**
 * The runtime that generated code needs, and names where it meets another. Raised when generated code comes to use
 * what older runtimes do not have; the runtime exports a type for each version whose code it still runs.
 */
export const RUNTIME = '0.1';

/** The package that generated files import. Another one of that name, a fork for example, is an alias in package.json. */
export const RUNTIME_PACKAGE = '@pipit/runtime';
