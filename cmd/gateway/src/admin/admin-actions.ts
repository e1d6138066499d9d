import type { GatewayStatus } from './status.ts';

/** The two things that operators can do to one connection. */
export type ConnectionAction = 'drain' | 'kill';

/** A gateway as its admin page needs it. */
export interface AdminActions {
  /** All that is known at this moment; undefined where nobody answers in time. */
  status(): Promise<GatewayStatus | undefined>;
  /** Resolves with false where no connection has the id. */
  act(what: ConnectionAction, id: string): Promise<boolean>;
}
