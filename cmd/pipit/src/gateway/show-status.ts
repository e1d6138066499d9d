import type {
  ClusterOverview,
  ConnectionOverview,
  GatewayOverview,
  OtherGateway,
  ServiceOverview,
} from '@pipit/gateway';
import { colorsOf, type Colors } from '../ui/colors.ts';
import { printable, sizeText } from '../ui/printable.ts';
import { table } from '../ui/table.ts';
import { askGateway, type AdminFlags } from './admin-client.ts';

/** The flags of `pipit gateway status`. */
export interface StatusFlags extends AdminFlags {
  readonly json?: boolean;
}

/** The part of a gateway's status that is shown here; `--json` has all of it. */
interface Status extends GatewayOverview {
  readonly gateway: {
    readonly id: string;
    readonly version: string;
    readonly state: string;
    readonly upMs: number;
  };
  /** Absent where the gateway is an older one. */
  readonly cluster?: ClusterOverview | null;
}

/** Runs `pipit gateway status`. @throws {CliError} */
export async function showStatus(flags: StatusFlags): Promise<void> {
  const text = await askGateway(flags, '/status.json');
  if (flags.json === true) {
    process.stdout.write(`${text}\n`);
    return;
  }
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  const lines = linesOf(JSON.parse(text) as Status, colorsOf(process.stdout), width);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function linesOf(
  { gateway, stats, services, connections, failures, cluster }: Status,
  colors: Colors,
  width: number,
): string[] {
  const shape = { colors, width };
  const head = `${printable(gateway.state)}, up ${seconds(gateway.upMs)}, version ${printable(gateway.version)}`;
  const load = `${stats.inFlight} requests under way (${sizeText(stats.inFlightBytes)}), ${stats.queued} waiting`;
  const named = table(
    ['SERVICE', 'CONNECTIONS', 'UNDER WAY', 'PER SECOND', 'ERRORS', 'P50', 'P99', 'STATE'],
    services.map((service) => serviceRow(service, colors)),
    shape,
  );
  const connected = table(
    ['CONNECTION', 'ADDRESS', 'OWNER', 'SERVICES', 'UNDER WAY', 'BACKLOG', 'CONNECTED', 'SILENT', 'STATE'],
    connections.map((connection) => connectionRow(connection, colors)),
    shape,
  );
  return [
    `${head}; ${connections.length} connections, ${load}`,
    '',
    ...(services.length === 0 ? ['no service has connected'] : named),
    '',
    ...(connections.length === 0 ? ['nobody is connected'] : connected),
    ...(cluster ? ['', ...clusterLines(cluster, colors, shape)] : []),
    ...(failures.length === 0 ? [] : ['', `${failures.length} failures lately: --json has their trace ids`]),
  ];
}

function serviceRow(service: ServiceOverview, colors: Colors): string[] {
  const { name, connections, inFlight, rate, errors, p50, p99, gone } = service;
  const state = connections.ready > 0 ? colors.green('serving') : colors.yellow('not serving');
  return [
    printable(name),
    counts(connections),
    String(inFlight),
    rate.toFixed(1),
    counts(errors),
    p50 === null ? '-' : `${p50.toFixed(1)} ms`,
    p99 === null ? '-' : `${p99.toFixed(1)} ms`,
    gone === undefined ? state : colors.yellow(`gone: ${printable(gone.why)}`),
  ];
}

function connectionRow(connection: ConnectionOverview, colors: Colors): string[] {
  const { id, address, owner, services, inFlight, backlog, connectedFor, silentFor, state, why } = connection;
  return [
    printable(id),
    address,
    printable(owner),
    someOf(services),
    String(inFlight),
    sizeText(backlog),
    seconds(connectedFor),
    seconds(silentFor),
    state === 'ready'
      ? colors.green(state)
      : colors.yellow(why === '' ? state : `${state}: ${printable(why)}`),
  ];
}

function clusterLines(
  { isUp, sent, received, gateways }: ClusterOverview,
  colors: Colors,
  shape: { readonly colors: Colors; readonly width: number },
): string[] {
  const state = isUp ? '' : `${colors.yellow('NATS is gone, the others are out of reach')}; `;
  const bus = `${sent.messages} messages sent (${sizeText(sent.bytes)}), ${received.messages} received (${sizeText(received.bytes)})`;
  const others = table(
    ['GATEWAY', 'SERVICES', 'REQUESTS TO', 'FROM', 'LAG', 'SILENT'],
    gateways.map((gateway) => gatewayRow(gateway)),
    shape,
  );
  return [
    `${state}over the bus: ${bus}`,
    ...(gateways.length === 0 ? ['no other gateway is known'] : others),
  ];
}

function gatewayRow({ id, services, requestsTo, requestsFrom, lag, silentFor }: OtherGateway): string[] {
  return [
    printable(id),
    someOf(services),
    String(requestsTo),
    String(requestsFrom),
    lag === null ? '-' : `${lag.toFixed(1)} ms`,
    seconds(silentFor),
  ];
}

/** The first three of the names. */
function someOf(services: readonly string[]): string {
  const shown = services.slice(0, 3).map(printable).join(', ');
  return services.length > 3 ? `${shown} and ${services.length - 3} more` : shown || '-';
}

function counts(record: Readonly<Record<string, number>>): string {
  const some = Object.entries(record).filter(([, count]) => count > 0);
  return some.map(([name, count]) => `${name} ${count}`).join(', ') || '-';
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
