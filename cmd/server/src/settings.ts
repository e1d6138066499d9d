import {
  about,
  addressAbout,
  balancers,
  balancersAbout,
  bytes,
  corsSettings,
  countAbout,
  docs,
  fileAbout,
  hostOrSocket,
  logFormat,
  logLevel,
  milliseconds,
  millisecondsAbout,
  millisecondsOrNone,
  path,
  port,
  portAbout,
  sizeAbout,
  switchAbout,
  trustedOrigins,
  workers,
} from '@pipit/process';
import { isAddressRange } from '@pipit/runtime/door';
import { normalizePrefix } from '@pipit/runtime/fastify';
import { secretHeaders } from '@pipit/runtime/access-log';
import { z } from 'zod';

/** 0 for any number. */
const count = z.int().min(0);
const headerNames = z.array(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/));

/**
 * Every setting there is. Flags, environment variables, keys of the file, `--print-config` and the table in
 * docs/server.md are made from this.
 */
export const settings = z.strictObject({
  host: hostOrSocket
    .default('127.0.0.1')
    .register(about, addressAbout('Address to listen on, or unix:/path for a socket, which needs no port')),
  port: port.default(8080).register(about, portAbout('Port for HTTP/1.1 and HTTP/2, 0 for a free one')),
  prefix: z.string().refine(isPrefix).default('/api').register(about, {
    text: 'Path before the service name, / for none',
    wrong: 'is not a valid path prefix: write it like /api or /my/api, or / for none',
    env: 'RPC_PREFIX',
  }),
  docs,
  bodyLimit: bytes
    .default(4 * 1024 * 1024)
    .register(about, sizeAbout('Largest request body, in bytes, after decompression')),
  messageLimit: z
    .int()
    .min(1)
    .default(262_144)
    .register(about, countAbout('Most messages and map entries in one request')),
  timeoutMs: milliseconds
    .optional()
    .register(about, millisecondsAbout('Longest time for one call, whatever its caller asks for', 'none')),
  compressedRequests: z
    .boolean()
    .default(false)
    .register(about, switchAbout('Accept request bodies under gzip, br and deflate')),
  exposeInternalErrors: z
    .boolean()
    .optional()
    .register(about, {
      ...switchAbout('Tell callers the text and class of unexpected errors'),
      unset: 'unless NODE_ENV=production',
    }),
  trustProxy: z
    .union([z.boolean(), z.int().min(1), z.array(z.string().refine(isAddressRange)).min(1)])
    .default(false)
    .register(about, {
      text: 'Whose X-Forwarded-For to believe: true for anybody, a number of hops, or addresses, ranges, loopback, linklocal, uniquelocal',
      wrong: 'names no proxy: set it to true, false, a number of hops, or addresses like 10.0.0.0/8,loopback',
    }),
  proxyProtocol: balancers
    .default([])
    .register(
      about,
      balancersAbout(
        'Balancers whose connections begin with a header of the PROXY protocol, v1 or v2, on all but the admin listener',
      ),
    ),
  tls: z.strictObject({
    cert: path
      .optional()
      .register(
        about,
        fileAbout('Certificate chain; with it all but the admin listener speak TLS', 'plaintext'),
      ),
    key: path.optional().register(about, fileAbout('Private key of the certificate', 'plaintext')),
    passphrase: z.string().min(1).optional().register(about, {
      text: 'Passphrase of the private key',
      wrong: 'is not a passphrase: set it to a text',
      secret: true,
      unset: 'none',
    }),
  }),
  cors: corsSettings,
  trustedOrigins,
  log: z.strictObject({
    level: logLevel,
    format: logFormat,
    requests: z.boolean().default(true).register(about, switchAbout('Log one line a call')),
    okEvery: z.int().min(1).default(1).register(about, {
      text: 'Log one of so many calls whose code is ok, and all of the others',
      wrong: 'is not a number of calls: set it to a whole number above 0',
    }),
    headers: headerNames.default([]).register(about, {
      text: 'Request headers to log with each call',
      wrong: 'is not a list of header names: write them like user-agent,referer',
    }),
    redact: headerNames.default([...secretHeaders]).register(about, {
      text: 'Headers, and keys of whatever else is logged, whose values are not',
      wrong: 'is not a list of header names: write them like authorization,cookie',
    }),
  }),
  metrics: z.strictObject({
    buckets: z.array(z.coerce.number().positive()).optional().refine(isRising).register(about, {
      text: 'Upper bounds of the histogram of call durations, in seconds',
      wrong: 'is not a list of times: write rising seconds like 0.005,0.05,0.5,5',
      unset: '1 ms to 10 s',
    }),
    format: z.enum(['prometheus', 'openmetrics']).default('prometheus').register(about, {
      text: 'Format of /metrics: prometheus, or openmetrics, which has trace ids as exemplars',
      wrong: 'is not a format of metrics: set it to prometheus or openmetrics',
    }),
  }),
  adminHost: hostOrSocket
    .default('127.0.0.1')
    .register(about, addressAbout('Address of the admin listener, or unix:/path')),
  adminPort: port
    .optional()
    .register(about, portAbout('Port for /metrics, /healthz and /readyz, 0 for a free one', 'off')),
  internalHost: hostOrSocket
    .default('127.0.0.1')
    .register(about, addressAbout('Address of the internal listener, or unix:/path')),
  internalPort: port
    .optional()
    .register(
      about,
      portAbout('Port that v0 services move to, 0 for a free one', 'off: v0 services are beside the others'),
    ),
  workers,
  headersTimeoutMs: milliseconds
    .default(15_000)
    .register(about, millisecondsAbout('Time for the head of a request, and for a TLS handshake')),
  requestTimeoutMs: milliseconds
    .default(60_000)
    .register(about, millisecondsAbout('Time for a whole request to arrive, its body too')),
  keepAliveTimeoutMs: milliseconds
    .default(72_000)
    .register(about, millisecondsAbout('How long a connection without a call stays open')),
  connectionTimeoutMs: milliseconds
    .default(120_000)
    .register(
      about,
      millisecondsAbout('How long a connection with a call under way may stay without a byte either way'),
    ),
  connectionsCheckingIntervalMs: milliseconds
    .default(5_000)
    .register(about, millisecondsAbout('How often the first two are checked on HTTP/1.1')),
  maxRequestsPerSocket: count.default(0).register(about, {
    text: 'Calls on one HTTP/1.1 connection before the caller is told to open another, 0 for any number',
    wrong: 'is not a number of calls: set it to a whole number, 0 for any number',
  }),
  maxConnections: count.default(0).register(about, {
    text: 'Connections at a time, 0 for any number; more are closed at once',
    wrong: 'is not a number of connections: set it to a whole number, 0 for any number',
  }),
  maxInFlight: count.default(0).register(about, {
    text: 'Calls under way at a time, 0 for any number; more are answered 503',
    wrong: 'is not a number of calls: set it to a whole number, 0 for any number',
  }),
  maxEventLoopDelayMs: millisecondsOrNone
    .default(1_000)
    .register(
      about,
      millisecondsAbout(
        'How long calls may wait because others compute, before calls that do are answered 503, 0 for any time',
      ),
    ),
  gateway: z.string().refine(isGatewayUrl).optional().register(about, {
    text: 'URL of a gateway to serve through too, its port for services',
    wrong: 'is not the URL of a gateway: write it like https://gateway.example.com:8091',
    unset: 'none',
  }),
  gatewayKey: z.string().min(1).optional().register(about, {
    text: 'API key for the gateway',
    wrong: 'is not a key: pipit gateway key add makes one',
    env: 'PIPIT_GATEWAY_KEY',
    secret: true,
    unset: 'as gatewayKeyFile says',
  }),
  gatewayKeyFile: path
    .optional()
    .register(
      about,
      fileAbout(
        'File with the API key for the gateway',
        '.pipit/gateway-dev/key.txt, for a gateway on loopback',
        'a file with a key',
      ),
    ),
  gatewayCa: path
    .optional()
    .register(
      about,
      fileAbout(
        "CA of the gateway's certificate",
        '.pipit/gateway-dev/ca.pem, for a gateway on loopback; else those the system trusts',
      ),
    ),
  shutdownDelayMs: millisecondsOrNone
    .default(0)
    .register(
      about,
      millisecondsAbout(
        'How long calls are still taken after a SIGTERM or SIGINT, for balancers that look at /readyz from time to time',
      ),
    ),
  shutdownTimeoutMs: milliseconds
    .default(10_000)
    .register(about, millisecondsAbout('Time for the calls under way to finish after a SIGTERM or SIGINT')),
});

/** The values of all settings. `prefix` as it was given, not normalised. */
export type Config = z.infer<typeof settings>;

function isPrefix(value: string): boolean {
  try {
    normalizePrefix(value);
    return true;
  } catch {
    return false;
  }
}

function isRising(values: readonly number[] | undefined): boolean {
  return values === undefined || values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0));
}

function isGatewayUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
