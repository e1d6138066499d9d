import type { MethodType } from '../rpc/method-type.ts';

/** The method behind a function of a client. */
export interface ClientMethod {
  /** Full proto name of the service. */
  readonly service: string;
  readonly method: MethodType;
}

/** Shared by copies of the runtime. */
const key = Symbol.for('pipit.clientMethod');

/** Notes on a function of a client which method it calls. */
export function noteMethod(call: object, method: ClientMethod): void {
  Object.defineProperty(call, key, { value: method });
}

/** The method that a function of a client calls. @throws {TypeError} for another function */
export function methodOf(call: object): ClientMethod {
  const noted = (call as { [key]?: ClientMethod })[key];
  if (noted === undefined)
    throw new TypeError('expected a method of a client that createClient made, as in echo.hello');
  return noted;
}
