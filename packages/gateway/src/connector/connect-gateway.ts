import { checkOptions, doorOptionNames, type OptionNames, servedServices } from '@pipit/runtime/door';
import { dial, type DialOptions } from '../stream/dial.ts';
import { Connector } from './connector.ts';
import type { ConnectorOptions, GatewayConnection } from './connector-options.ts';

const { prefix: _, trustedOrigins: __, ...ofDoors } = doorOptionNames;
const optionNames: OptionNames<ConnectorOptions> = {
  ...ofDoors,
  url: true,
  apiKey: true,
  ca: true,
  cert: true,
  key: true,
  servername: true,
  connections: true,
  weight: true,
  maxConcurrent: true,
  instanceId: true,
  connectionId: true,
  keepalive: true,
  severalGateways: true,
  heartbeatInterval: true,
  closeTimeout: true,
  clock: true,
  onState: true,
  signal: true,
};

/**
 * Serves services through a gateway, to which this process opens the connection: nobody has to be able to reach it.
 * Dials at once, and again whenever the connection is lost, for ever; what goes wrong is logged.
 * @throws {TypeError} for options that cannot be, a service served twice, or an implementation that lacks a method
 * @example
 * const gateway = connectGateway({ url, apiKey, services: [Echo.serve(new EchoServer())] });
 */
export function connectGateway(options: ConnectorOptions): GatewayConnection {
  checkOptions('connectGateway', options, optionNames);
  servedServices(options.services);
  const { ca, cert, key, servername, keepalive, clock } = options;
  const shared: Omit<DialOptions, 'url' | 'signal'> = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && { servername }),
    ...(keepalive !== undefined && { keepalive }),
    ...(clock !== undefined && { clock }),
  };
  const connection = new Connector(options, (url, signal) => dial({ ...shared, url, signal }));
  connection.start();
  return connection;
}
