import { demandRelease } from './generated-for.ts';
import type { Hooks } from './hooks.ts';
import type { Interceptor } from './interceptor.ts';
import type { MethodType } from './method-type.ts';
import type { SchemaSource } from './schema-source.ts';

/** Hooks and interceptors around one method. `F` is the method as the service interface declares it. */
export interface MethodOptions<F> {
  readonly hooks?: readonly Hooks[];
  readonly interceptors?: readonly (
    | (F extends (request: infer Request, ...rest: never[]) => infer Response
        ? Interceptor<Request, Awaited<Response>>
        : Interceptor)
    | null
    | undefined
  )[];
}

/** Hooks and interceptors around one service's methods, inside the server's and outside a method's own. */
export interface ServeOptions<Service> {
  readonly hooks?: readonly Hooks[];
  readonly interceptors?: readonly (Interceptor | null | undefined)[];
  readonly methods?: { readonly [Name in keyof Service]?: MethodOptions<Service[Name]> };
}

/** A service with the object that implements it, for doors to serve. */
export interface ServedService {
  readonly type: ServiceType;
  readonly implementation: object;
  readonly options: ServeOptions<Record<string, unknown>>;
}

/** A service as generated code exports it. A server implements `Service`, a caller gets `Client`. */
// oxlint-disable-next-line typescript/no-explicit-any
export interface ServiceType<Service = any, Client = any> {
  /** Full proto name, for example `user.v0.Echo`. */
  readonly typeName: string;
  /** By the method's TypeScript name. */
  readonly methods: Readonly<Record<string, MethodType>>;
  /** Undefined for code that was not generated. */
  readonly schema: SchemaSource | undefined;
  /** The proto names of methods that take a stream, which have no code: they are answered `unimplemented`. */
  readonly streams?: readonly string[];
  /** Binds the service to the object that implements it. */
  serve(implementation: Service, options?: ServeOptions<Service>): ServedService;
  /** Never set; carries `Client`. */
  readonly client?: Client;
}

/**
 * A service as generated code declares it; nobody else calls this.
 * @throws {Error} for code that was generated for another release of the runtime
 * @example export const Echo: ServiceType<Echo, EchoClient> = serviceType('user.v0.Echo', { hello: { name: 'Hello', input, output } });
 */
export function serviceType<Service, Client>(
  typeName: string,
  methods: Readonly<Record<string, MethodType>>,
  schema?: SchemaSource,
  streams: readonly string[] = [],
): ServiceType<Service, Client> {
  if (schema !== undefined) demandRelease(typeName, schema.runtime);
  const type: ServiceType<Service, Client> = {
    typeName,
    methods,
    schema,
    streams,
    serve: (implementation, options = {}) => ({
      type,
      implementation: implementation as object,
      options: options,
    }),
  };
  return type;
}
