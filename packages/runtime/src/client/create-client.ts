import type { MethodType } from '../rpc/method-type.ts';
import type { ServiceType } from '../rpc/service-type.ts';
import { call } from './call.ts';
import type { CallOptions } from './call-options.ts';
import type { ClientOptions } from './client-options.ts';
import type { MessageFormat } from './message-format.ts';

/**
 * A client of one service: `createClient(Echo, { baseUrl: 'https://example.com' })`. Its methods reject with
 * TwirpError for every answer but 200 (2xx for a download), for an answer that cannot be read, and where the
 * server is not reached (`internal`, as Twirp's clients say) or not in time (`deadline_exceeded`); with EncodeError,
 * before anything is sent, for a request its message type does not allow.
 */
export function createClient<Client>(service: ServiceType<never, Client>, options: ClientOptions): Client {
  const client: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(service.methods)) {
    const format = messageFormat(method, options);
    client[name] = (request: unknown, callOptions?: CallOptions) =>
      call(service.typeName, method, format, request, options, callOptions);
  }
  return client as Client;
}

function messageFormat({ input, output, kind }: MethodType, options: ClientOptions): MessageFormat {
  const { format = 'json', registry } = options;
  const json = registry === undefined ? {} : { registry };
  return {
    contentType: `application/${format}`,
    encode: (request) =>
      format === 'json'
        ? input.toJsonBytes(request, { emitDefaults: false, ...json })
        : input.encode(request),
    decode(body) {
      const message: { data?: unknown } =
        format === 'json'
          ? output.fromJsonBytes(body, { ...json, firstValueOnly: true })
          : output.decode(body);
      // As in an envelope's JSON, where it is `{}`: the same for every format, and for servers that say `null`.
      if (kind === 'envelope') message.data ??= output.create({ data: {} }).data;
      return message;
    },
    download: ({ content_type: contentType, ...rest }) => output.create({ contentType, ...rest }),
  };
}
