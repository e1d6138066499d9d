import { randomUUID } from 'node:crypto';
import { grpcCode } from '@pipit/runtime/door';
import type { Key, KeyRing } from '../../keys/key-ring.ts';
import { allows } from '../../keys/rights.ts';
import { budgets, cut } from '../../protocol/budgets.ts';
import { ConnectionStatus_Reason as Reason, type ConnectionRegister } from '../../protocol/registry.pb.ts';
import { serviceNameProblem } from '../../protocol/service-name.ts';
import { closeReason, closeError, type CloseReason } from './close-reason.ts';
import type { Connections, Indexed } from './connections.ts';
import type { Limits } from '../limits.ts';
import type { PeerAbilities } from '../peer.ts';

/** The newest revision of the protocol that is spoken here. */
const newestRevision = 1;

/** The gateway's abilities, as peers of revision 1 are told. */
export const capabilities: readonly string[] = [
  'http',
  'chunks',
  'window',
  'cancel',
  'drain',
  'streams',
  'grpc',
];

/** An id a peer may choose for its connection. */
const proposedId = /^[\w.:-]{1,128}$/;

const heaviest = 100;

/** A registration that was accepted. */
export interface Registration<C extends Indexed = Indexed> {
  readonly id: string;
  readonly key: Key;
  readonly services: readonly string[];
  /** Names the key may not register; only a peer of revision 1 is connected without them. */
  readonly rejected: readonly string[];
  readonly revision: number;
  readonly can: PeerAbilities;
  readonly weight: number;
  readonly maxInFlight: number;
  readonly maxMessageBytes: number;
  readonly idempotentMethods: ReadonlySet<string>;
  readonly instanceId: string;
  readonly sdk: string;
  /** As it came. */
  readonly register: ConnectionRegister;
  /** The older connection of the same process whose id it takes over. */
  readonly replaces: C | undefined;
}

/** A registration that was not. */
export interface Refusal {
  readonly closing: CloseReason;
  /** For the security log, where it was an attempt at what one has no right to. */
  readonly violation?: string;
  /** '' where the key itself was wrong. */
  readonly keyId: string;
}

/** The first step of a registration: its key, and the names that come with it. */
export function checkRegister(
  register: ConnectionRegister,
  keys: KeyRing,
  limits: Limits,
): { key: Key; services: string[]; rejected: string[] } | Refusal {
  const key = keys.find(register.apiKey);
  if (!key) {
    const closing = closeError(
      grpcCode.unauthenticated,
      'the api_key is not valid: check it with who runs the gateway',
      Reason.INVALID_API_KEY,
    );
    return { closing, violation: 'wrong api_key', keyId: '' };
  }
  const problem = namesProblem(register.services, limits) ?? sizeProblem(register, limits);
  if (problem !== undefined) {
    return {
      closing: closeError(grpcCode.invalidArgument, problem, Reason.INVALID_REGISTRATION),
      keyId: key.id,
    };
  }
  const names = [...new Set(register.services)];
  const services = names.filter((name) => allows(key.register, name));
  const rejected = names.filter((name) => !allows(key.register, name));
  // Revision 0 has no way to be told that some of its names are missing.
  const partly = register.protocolRevision > 0 && services.length > 0;
  if (rejected.length > 0 && !partly) {
    const closing = closeError(grpcCode.permissionDenied, notAllowed(rejected), Reason.SERVICE_NOT_ALLOWED);
    return { closing, violation: `tried to register: ${notAllowed(rejected)}`, keyId: key.id };
  }
  return { key, services, rejected };
}

/** The problem with the names in a registration, or in an update of one; undefined where there is none. */
export function namesProblem(names: readonly string[], limits: Limits): string | undefined {
  const most = limits.maxServicesPerConnection;
  if (names.length > most) {
    return `${names.length} services in one connection: at most ${most} are allowed; open another connection`;
  }
  for (const name of names) {
    const problem = serviceNameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** For people who have to ask for a right. */
export function notAllowed(services: readonly string[]): string {
  // The text travels in a header, where 256 long names have no room.
  const named = services.slice(0, 5).join(', ');
  const more = services.length > 5 ? ` and ${services.length - 5} more` : '';
  return `the api_key may not register ${named}${more}: ask who runs the gateway for the right to`;
}

/** The last step of a registration: everything that depends on who else is connected. */
export function admit<C extends Indexed>(
  register: ConnectionRegister,
  checked: { key: Key; services: string[]; rejected: string[] },
  connections: Connections<C>,
  limits: Limits,
): Registration<C> | Refusal {
  const { key } = checked;
  const revision = Math.min(register.protocolRevision, newestRevision);
  const holder = connections.get(register.connectionId);
  const instanceId = revision > 0 ? register.instanceId : '';
  const replaces =
    holder && instanceId !== '' && holder.instanceId === instanceId && holder.key.id === key.id
      ? holder
      : undefined;
  const most = key.maxConnections;
  if (most !== undefined && connections.countOf(key.id) - (replaces ? 1 : 0) >= most) {
    const text = `the api_key has ${most} connections already, and may not have more`;
    return {
      closing: closeReason(grpcCode.resourceExhausted, text, Reason.TOO_MANY_CONNECTIONS),
      keyId: key.id,
    };
  }
  const free = proposedId.test(register.connectionId) && (!holder || replaces !== undefined);
  return {
    ...checked,
    register,
    id: free ? register.connectionId : randomUUID(),
    revision,
    can: abilities(revision, register.capabilities),
    weight: revision === 0 ? 1 : Math.min(register.weight || 1, heaviest),
    maxInFlight: (revision > 0 && register.maxInFlight) || limits.maxInFlightPerConnection,
    maxMessageBytes: (revision > 0 && register.maxMessageBytes) || limits.legacyMessageBytes,
    idempotentMethods: new Set(revision > 0 ? register.idempotentMethods : []),
    instanceId,
    sdk: cut(register.sdk, { bytes: 100 }),
    replaces,
  };
}

function abilities(revision: number, named: readonly string[]): PeerAbilities {
  const can = (ability: string): boolean => revision > 0 && named.includes(ability);
  return {
    http: can('http'),
    chunks: can('chunks'),
    window: can('window'),
    cancel: can('cancel'),
    drain: can('drain'),
    elsewhere: can('elsewhere'),
    streams: can('streams'),
    grpc: can('grpc'),
  };
}

/** A peer that cannot even take two chunks could be sent hardly anything. */
function sizeProblem(register: ConnectionRegister, limits: Limits): string | undefined {
  const { instanceId, idempotentMethods } = budgets;
  if (Buffer.byteLength(register.instanceId) > instanceId.bytes) {
    return `instance_id has more than ${instanceId.bytes} bytes`;
  }
  if (register.idempotentMethods.length > idempotentMethods.count) {
    return `there are more than ${idempotentMethods.count} idempotent_methods`;
  }
  const least = 2 * limits.chunkBytes;
  const { maxMessageBytes } = register;
  if (register.protocolRevision === 0 || maxMessageBytes === 0 || maxMessageBytes >= least) return undefined;
  return `max_message_bytes is ${maxMessageBytes}: it must be at least ${least}, or 0 for the default`;
}
