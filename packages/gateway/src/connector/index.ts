export { connectGateway } from './connect-gateway.ts';
export type {
  ConnectorOptions,
  GatewayConnection,
  GatewayState,
  PublishedEvent,
  ReceivedEvent,
} from './connector-options.ts';
