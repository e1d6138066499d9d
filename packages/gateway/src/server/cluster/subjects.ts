/** Subjects of the bus, all of one version of its messages. */
const root = 'gw1';

/** The group of all gateways: one of those that offer a service gets each request. */
export const owners: string = root;

/** Signs of life. */
export const beacons: string = `${root}.here`;

/** Those for one gateway alone: its question for a list, and the list. */
export function beaconsTo(gatewayId: string): string {
  return `${beacons}.${gatewayId}`;
}

/** Events of services. */
export const events: string = `${root}.events`;

/** Requests for a service, which has a dotted name. */
export function requestsFor(service: string): string {
  return `${root}.svc.${service}`;
}

/** Requests for one gateway and no other. */
export function requestsTo(gatewayId: string): string {
  return `${root}.ask.${gatewayId}`;
}

/** Messages on requests, to one gateway. */
export function messagesTo(gatewayId: string): string {
  return `${root}.to.${gatewayId}`;
}

/** Under it a gateway hears of its requests that reach nobody. */
export function repliesTo(gatewayId: string): string {
  return `${root}.none.${gatewayId}.>`;
}

export function replyTo(gatewayId: string, requestId: string, attempt: number): string {
  return `${root}.none.${gatewayId}.${requestId}.${attempt}`;
}

/** The request and the attempt that a subject of `replyTo` names. */
export function replyOf(subject: string): { requestId: string; attempt: number } {
  const [attempt, requestId = ''] = subject.split('.').toReversed();
  return { requestId, attempt: Number(attempt) };
}

/** An id of a gateway becomes part of subjects. */
export function isGatewayId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id);
}
