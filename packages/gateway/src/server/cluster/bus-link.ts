import type {
  BusMessage,
  BusMessageInit,
  RollCall_Entry,
  RollCall_EntryInit,
} from '../../protocol/cluster.pb.ts';
import type { Clock } from '../../clock.ts';
import type { Presence } from './presence.ts';

/** The things that both sides of a request over the bus need. */
export interface BusLink {
  readonly gatewayId: string;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly presence: Presence;
  /** Bytes of a body, or of an answer, that go in one message. */
  readonly wholeBytes: number;
  /** To one gateway. */
  say(to: string, message: Omit<BusMessageInit, 'from'>): void;
}

/** A request over the bus, as this gateway has it: at its entry or at its owner. */
export interface BusSide {
  /** A message of the other side on it. */
  heard(message: BusMessage): void;
  /** That gateway is gone. */
  gone(gatewayId: string): void;
  /** The gateway on the other side, once there is one. */
  readonly other: string | undefined;
  /** The parts that this side has sent, and the bytes it has taken of the other's. */
  progress(): RollCall_EntryInit;
  /** The same of the other side, after all that it has sent: what is missing was lost. */
  compare(entry: RollCall_Entry): void;
}
