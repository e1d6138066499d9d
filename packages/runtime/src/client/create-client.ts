import { keyCheck } from '../codec/unknown-keys.ts';
import { toUtf8 } from '../codec/utf8.ts';
import type { MethodType } from '../rpc/method-type.ts';
import type { ServiceType } from '../rpc/service-type.ts';
import { baseOf } from './base-of.ts';
import { call } from './call.ts';
import type { CallOptions } from './call-options.ts';
import { noteMethod } from './client-method.ts';
import type { CalledMethod, ClientOptions } from './client-options.ts';
import { isMarked } from './read-download.ts';
import { downloadOf } from './download-of.ts';
import { forCall } from './for-call.ts';
import type { MessageFormat } from './message-format.ts';
import { tracedFetch } from './traced-fetch.ts';

/**
 * A client of one service: `createClient(Echo, { baseUrl: 'https://example.com' })`. Its methods reject with
 * TwirpError for every answer but 200 (2xx for a download), for an answer that cannot be read (`internal`) or is too
 * large (`resource_exhausted`), where the server is not reached (`internal`, as Twirp's clients say) or not in time
 * (`deadline_exceeded`), and where the caller's signal fires (`canceled`); with EncodeError, before anything is sent,
 * for a request its message type does not allow.
 * @example
 * const echo = createClient(Echo, { baseUrl: 'https://example.com', timeoutMs: 5_000 });
 * const { data } = await echo.hello({ message: 'world' });
 * @throws {TypeError} for a base URL with a query or fragment
 */
export function createClient<Client>(service: ServiceType<never, Client>, options: ClientOptions): Client {
  const base = baseOf(options);
  const engineOptions = { fetch: tracedFetch, ...options };
  const client: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(service.methods)) {
    const format = messageFormat(service.typeName, method, options);
    const called = mayBeDownload(method) ? { ...method, download: readerOf(method) } : method;
    const made = (request: unknown, callOptions: CallOptions = {}): Promise<unknown> => {
      const { context = options.context?.(), ...own } = callOptions;
      const all = context === undefined ? own : forCall(context, { ...defaultTimeout(options), ...own });
      const start = (options.protocol?.call ?? method.stream ?? call) as typeof call;
      return start(base, service.typeName, called, format, request, engineOptions, all);
    };
    noteMethod(made, { service: service.typeName, method });
    client[name] = made;
  }
  return client as Client;
}

// Bundlers know it, and leave the check out of what they make for production.
const isDevelopment = typeof process !== 'undefined' && process.env['NODE_ENV'] !== 'production';

function defaultTimeout({ timeoutMs }: ClientOptions): Pick<CallOptions, 'timeoutMs'> {
  return timeoutMs === undefined ? {} : { timeoutMs };
}

function messageFormat(
  service: string,
  { name, input, output, kind }: MethodType,
  options: ClientOptions,
): MessageFormat {
  const { format = 'json', registry } = options;
  const json = registry === undefined ? {} : { registry };
  const lostIn = isDevelopment ? keyCheck(input) : undefined;
  return {
    contentType: `application/${format}`,
    isText: format === 'json',
    encode(request) {
      const lost = lostIn?.(request);
      // oxlint-disable-next-line no-console
      if (lost !== undefined) console.warn(`${service}/${name} was called with ${lost}`);
      return format === 'json'
        ? input.toJsonBytes(request, { emitDefaults: false, ...json })
        : input.encode(request);
    },
    decode(body) {
      const message: { data?: unknown } =
        format === 'json'
          ? output.fromJsonBytes(typeof body === 'string' ? toUtf8(body) : body, {
              ...json,
              firstValueOnly: true,
              messageLimit: Infinity,
            })
          : output.decode(body as Uint8Array, { messageLimit: Infinity });
      // As in an envelope's JSON, where it is `{}`: the same for every format, and for servers that say `null`.
      if (kind === 'envelope') message.data ??= output.create({ data: {} }).data;
      return message;
    },
  };
}

/** A download, or what is one to a server of another version: a field more or less is all the difference. */
function mayBeDownload({ output, kind }: MethodType): boolean {
  if (kind === 'download') return true;
  const fields = output.create() as object;
  return 'contentType' in fields && 'data' in fields;
}

function readerOf({ output, kind }: MethodType): NonNullable<CalledMethod['download']> {
  const read = downloadOf((init) => output.create(init));
  return (response, body) => (kind !== 'download' && !isMarked(response) ? undefined : read(response, body));
}
