import {
  about,
  addressAbout,
  balancers,
  balancersAbout,
  bytes,
  corsSettings,
  count,
  countAbout,
  docs,
  fileAbout,
  host,
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
import { defaultLimits } from '@pipit/gateway';
import { normalizePrefix } from '@pipit/runtime/door';
import { z } from 'zod';

const passphraseAbout = {
  text: 'Passphrase of the private key',
  wrong: 'is not a passphrase: set it to a text',
  secret: true,
  unset: 'none',
};

/**
 * Every setting there is. Flags, environment variables, keys of the file, `--print-config` and the table in
 * docs/gateway.md are made from this.
 */
export const settings = z.strictObject({
  dev: z
    .boolean()
    .default(false)
    .register(about, {
      ...switchAbout(
        'Make a certificate authority, a certificate and a key under .pipit/gateway-dev, and use them',
      ),
    }),
  host: host.default('127.0.0.1').register(about, addressAbout('Address for callers')),
  port: port
    .default(8090)
    .register(about, portAbout('Port for callers: HTTP/1.1, HTTP/2 and gRPC, 0 for a free one')),
  servicesHost: host
    .default('127.0.0.1')
    .register(about, addressAbout('Address for services, which dial it')),
  servicesPort: port.default(8091).register(about, portAbout('Port for services, 0 for a free one')),
  prefix: z.string().refine(isPrefix).default('/api').register(about, {
    text: 'Path before the service name for HTTP callers, / for none',
    wrong: 'is not a valid path prefix: write it like /api or /my/api, or / for none',
    env: 'RPC_PREFIX',
  }),
  docs,
  keys: path
    .optional()
    .register(
      about,
      fileAbout(
        'File with the keys, made by pipit gateway key add',
        'none: nobody can connect',
        'a keys file',
      ),
    ),
  callerAccess: z.enum(['auto', 'open', 'key']).default('auto').register(about, {
    text: 'Who may call: open for anybody, key for those with a key, auto for open on loopback and key elsewhere',
    wrong: 'is not a kind of access: set it to auto, open or key',
  }),
  allowedHosts: z.array(z.string().min(1)).default([]).register(about, {
    text: 'Names that Host may have beside those of loopback, while anybody may call because the gateway is on loopback',
    wrong: 'is not a list of names: write it like gateway.test,box.local',
  }),
  descriptors: z.array(path).default([]).register(about, {
    text: 'Files with a FileDescriptorSet, for JSON and forms to services that speak protobuf only',
    wrong: 'is not a list of files: write it like one.binpb,two.binpb',
  }),
  tls: z.strictObject({
    cert: path
      .optional()
      .register(about, fileAbout('Certificate chain of the listener for callers', 'plaintext')),
    key: path.optional().register(about, fileAbout('Private key of the certificate', 'plaintext')),
    passphrase: z.string().min(1).optional().register(about, passphraseAbout),
  }),
  servicesTls: z.strictObject({
    cert: path
      .optional()
      .register(about, fileAbout('Certificate chain of the listener for services', 'that for callers')),
    key: path.optional().register(about, fileAbout('Private key of the certificate', 'that for callers')),
    passphrase: z.string().min(1).optional().register(about, passphraseAbout),
    clientCa: path
      .optional()
      .register(about, fileAbout('CA of the certificates that services must have', 'services need none')),
  }),
  insecure: z
    .boolean()
    .default(false)
    .register(about, switchAbout('Allow plaintext on other addresses than loopback')),
  trustProxy: z
    .boolean()
    .default(false)
    .register(about, switchAbout('Believe X-Forwarded-For, -Proto and -Host: callers come through a proxy')),
  proxyProtocol: balancers
    .default([])
    .register(
      about,
      balancersAbout(
        'Balancers whose connections for callers begin with a header of the PROXY protocol, v1 or v2',
      ),
    ),
  servicesProxyProtocol: balancers
    .default([])
    .register(about, balancersAbout('The same, on the port for services')),
  bodyLimit: bytes.default(4 * 1024 * 1024).register(about, sizeAbout('Largest request body, in bytes')),
  messageLimit: count
    .default(262_144)
    .register(
      about,
      countAbout('Most messages and map entries in one JSON request to a service that speaks protobuf only'),
    ),
  heartbeat: z.enum(['strict', 'lenient']).default('strict').register(about, {
    text: 'Whether a heartbeat with a wrong connection_id counts for its own connection: strict for no, lenient for yes',
    wrong: 'is not a way to take heartbeats: set it to strict or lenient',
  }),
  heartbeatIntervalMs: milliseconds
    .default(defaultLimits.heartbeatInterval)
    .register(about, millisecondsAbout('How often services are told to send a heartbeat')),
  suspectAfterMs: milliseconds
    .default(defaultLimits.suspectAfter)
    .register(about, millisecondsAbout('Without a heartbeat for so long: no more requests')),
  closeAfterMs: milliseconds
    .default(defaultLimits.closeAfter)
    .register(about, millisecondsAbout('Without a heartbeat for so long: closed')),
  defaultDeadlineMs: milliseconds
    .default(defaultLimits.defaultDeadline)
    .register(about, millisecondsAbout('Time for a request whose caller sets none')),
  longestDeadlineMs: milliseconds
    .default(defaultLimits.longestDeadline)
    .register(about, millisecondsAbout('Time for any request, whatever its caller asks for')),
  queueTimeoutMs: milliseconds
    .default(defaultLimits.queueTimeout)
    .register(about, millisecondsAbout('How long a request waits for a connection')),
  startKnownForMs: millisecondsOrNone
    .default(defaultLimits.startKnownFor)
    .register(
      about,
      millisecondsAbout(
        'How long after the start calls wait for a service that a key may register, and /readyz for services to come back',
      ),
    ),
  maxInFlight: count
    .default(defaultLimits.maxInFlight)
    .register(about, countAbout('Requests under way in all')),
  maxInFlightPerConnection: count
    .default(defaultLimits.maxInFlightPerConnection)
    .register(about, countAbout('Requests under way at one connection that names no number itself')),
  maxBodyBytes: bytes
    .default(defaultLimits.maxBodyBytes)
    .register(about, sizeAbout('Largest answer, and largest request a service sends in chunks, in bytes')),
  gatewayId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .register(about, {
      text: 'Name of this gateway among several, for the log and for NATS; it has to be its own',
      wrong: 'is not a valid name of a gateway: use 1 to 64 letters, digits, "-" and "_"',
      unset: 'a random one',
    }),
  nats: z.strictObject({
    servers: z.array(z.string().refine(isNatsUrl)).default([]).register(about, {
      text: 'NATS servers over which several gateways are one',
      wrong:
        'is not a list of NATS servers: write them like nats://127.0.0.1:4222,tls://example.com:4222, without a user or password',
    }),
    user: z.string().min(1).optional().register(about, {
      text: 'User of the gateways for NATS',
      wrong: 'is not a user: set it to a name',
      unset: 'none',
    }),
    password: z.string().min(1).optional().register(about, {
      text: 'Password of that user',
      wrong: 'is not a password: set it to a text',
      secret: true,
      unset: 'none',
    }),
    credentials: path
      .optional()
      .register(about, fileAbout('Credentials of the gateways for NATS', 'none', 'a NATS .creds file')),
    ca: path
      .optional()
      .register(about, fileAbout('CA of the certificates of the NATS servers', 'those of the system')),
    cert: path
      .optional()
      .register(about, fileAbout('Certificate that the gateway shows the NATS servers', 'none')),
    key: path.optional().register(about, fileAbout('Private key of that certificate', 'none')),
  }),
  cors: corsSettings,
  trustedOrigins,
  log: z.strictObject({
    level: logLevel,
    format: logFormat,
    requests: z.boolean().default(true).register(about, switchAbout('Log one line a request')),
  }),
  adminHost: host.default('127.0.0.1').register(about, addressAbout('Address of the admin listener')),
  adminPort: port
    .optional()
    .register(about, portAbout('Port for /metrics, /healthz and /readyz, 0 for a free one', 'off')),
  adminToken: z.string().min(16).optional().register(about, {
    text: 'Password of the admin page and of pipit gateway status, drain and kill',
    wrong: 'is not a valid token: set it to a text of at least 16 characters',
    secret: true,
    unset: 'no page',
  }),
  workers,
  headersTimeoutMs: milliseconds
    .default(15_000)
    .register(about, millisecondsAbout("Time for the head of a caller's request, and for a TLS handshake")),
  requestTimeoutMs: milliseconds
    .default(60_000)
    .register(about, millisecondsAbout("Time for a caller's whole request to arrive")),
  keepAliveTimeoutMs: milliseconds
    .default(72_000)
    .register(about, millisecondsAbout("How long a caller's connection without a request stays open")),
  stallTimeoutMs: milliseconds
    .default(30_000)
    .register(
      about,
      millisecondsAbout('A caller that takes nothing of its answer for so long is disconnected'),
    ),
  shutdownDelayMs: millisecondsOrNone
    .default(0)
    .register(
      about,
      millisecondsAbout(
        'How long callers are still taken after a SIGTERM or SIGINT, for balancers that look at /readyz from time to time',
      ),
    ),
  shutdownTimeoutMs: milliseconds
    .default(defaultLimits.drainTimeout)
    .register(
      about,
      millisecondsAbout('Time for the requests under way to finish after a SIGTERM or SIGINT'),
    ),
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

function isNatsUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return ['nats:', 'tls:'].includes(protocol) && username === '' && password === '';
}
