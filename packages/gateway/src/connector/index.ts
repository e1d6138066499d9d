export { connectGateway } from './connect-gateway.ts';
export type {
  ConnectorOptions,
  GatewayConnection,
  ConnectorState,
  PublishedEvent,
  ReceivedEvent,
} from './connector-options.ts';
