import type { ClientOptions } from '../client/client-options.ts';
import { createClient } from '../client/create-client.ts';
import { defaultPrefix } from '../rpc/prefix.ts';
import type { ServeOptions, ServiceType } from '../rpc/service-type.ts';
import { localFetch, localOrigin, type LocalOptions } from './local-fetch.ts';

/** The hooks and interceptors on either side of the call. */
export interface LocalClientOptions<Service> {
  readonly server?: Omit<LocalOptions, 'services'>;
  readonly service?: ServeOptions<Service>;
  readonly client?: Omit<ClientOptions, 'baseUrl' | 'prefix' | 'fetch'>;
}

/**
 * A client that calls an implementation in this process: `createLocalClient(Echo, new EchoServer())`. For
 * tests: everything is as over the network, codecs, hooks and errors, but no socket is opened.
 * @example
 * const echo = createLocalClient(Echo, new EchoServer());
 * const { data } = await echo.hello({ message: 'world' });
 * @throws {TypeError} where the implementation lacks a method
 */
export function createLocalClient<Service, Client>(
  type: ServiceType<Service, Client>,
  implementation: Service,
  options: LocalClientOptions<NoInfer<Service>> = {},
): Client {
  const { prefix = defaultPrefix } = options.server ?? {};
  const services = [type.serve(implementation, options.service)];
  const fetch = localFetch({ ...options.server, services, prefix });
  return createClient(type, { ...options.client, baseUrl: localOrigin, prefix, fetch });
}
