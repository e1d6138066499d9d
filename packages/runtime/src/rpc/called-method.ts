import type { DeclaredOptions } from './declared-options.ts';
import type { MethodType } from './method-type.ts';

/** The method of a call. */
export interface CalledMethod extends MethodType {
  /**
   * The custom options of the method, its service and its file, each read by its generated extension.
   * @example
   * import { getExtension } from '@pipit/runtime/codec';
   * import { requiredRole } from './options.pb.ts';
   * const role = getExtension(context.method.options.method, requiredRole);
   */
  readonly options: DeclaredOptions;
}
