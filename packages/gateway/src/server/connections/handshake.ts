import { grpcCode } from '@pipit/runtime/door';
import { budgets } from '../../protocol/budgets.ts';
import {
  ConnectionMessage,
  ConnectionStatus_Reason as Reason,
  type ConnectionRegister,
} from '../../protocol/registry.pb.ts';
import type { MessageStream } from '../../protocol/message-stream.ts';
import { closeReason, lastStatus, closeError, type CloseReason } from './close-reason.ts';
import { Connection, type ConnectionDeps } from './connection.ts';
import type { Indexes } from './listing.ts';
import type { Openings } from './openings.ts';
import type { RegisterPace } from './register-pace.ts';
import { admit, checkRegister, type Refusal } from './registration.ts';
import type { WrongKeys } from './wrong-keys.ts';

/** Everything a handshake works with beside its stream; what all of a gateway share. */
export interface HandshakeDeps extends ConnectionDeps {
  readonly indexes: Indexes<Connection>;
  readonly pace: RegisterPace;
  readonly wrongKeys: WrongKeys;
  /** All that are not over yet. */
  readonly openings: Openings<Handshake>;
}

/** A stream until it has registered. */
export class Handshake {
  readonly address: string;
  readonly #stream: MessageStream;
  readonly #deps: HandshakeDeps;
  readonly #since: number;
  #register: ConnectionRegister | undefined;
  readonly #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #registerBytes = 0;
  #ended = false;
  #stopTimer: (() => void) | undefined;
  #over = false;

  constructor(stream: MessageStream, address: string, deps: HandshakeDeps) {
    this.address = address;
    this.#stream = stream;
    this.#deps = deps;
    this.#since = deps.environment.liveness.now();
    stream.events = {
      message: (bytes) => this.#message(bytes),
      partial: (bytes) => this.#keep(bytes),
      drain: () => undefined,
      ended: () => this.#halfClosed(),
      closed: () => this.#leave(),
    };
  }

  /** Once a second. */
  sweep(): void {
    const { limits, liveness } = this.#deps.environment;
    if (this.#register || liveness.now() - this.#since < limits.registerTimeout) return;
    this.refuse(
      closeError(
        grpcCode.deadlineExceeded,
        `no register within ${limits.registerTimeout / 1_000} s: send it first`,
      ),
    );
  }

  /** Ends the stream. */
  refuse(closing: CloseReason): void {
    if (this.#over) return;
    const { closingStreams, environment } = this.#deps;
    this.#leave();
    environment.observer.connectionRefused?.(this.address, closing.code, closing.message);
    const revision = this.#register?.protocolRevision ?? 0;
    this.#stream.write(ConnectionMessage.encode(lastStatus(closing, '', revision)));
    closingStreams.end(this.#stream, { code: closing.code, message: closing.message });
  }

  #message(bytes: Uint8Array): void {
    if (this.#over) return;
    if (this.#register) {
      // Their bytes are not those of the larger pieces that they came in.
      this.#early.push(Uint8Array.from(bytes));
      this.#earlyBytes += bytes.length;
      if (this.#earlyBytes > budgets.earlyMessages.bytes) {
        this.refuse(
          closeError(grpcCode.resourceExhausted, 'too much was sent before CONNECTED', Reason.OVERLOADED),
        );
      } else this.#keep(0);
      return;
    }
    let message: ConnectionMessage['messageType'];
    try {
      message = ConnectionMessage.decode(bytes).messageType;
    } catch (error) {
      this.refuse(
        closeError(
          grpcCode.internal,
          `not a ConnectionMessage: ${error instanceof Error ? error.message : ''}`,
        ),
      );
      return;
    }
    if (message?.case !== 'register') {
      const came = message ? `; this was a ${message.case}` : '';
      this.refuse(closeError(grpcCode.invalidArgument, `the first message must be a register${came}`));
      return;
    }
    this.#register = message.value;
    this.#registerBytes = bytes.length;
    this.#keep(0);
    if (!this.#over) this.#check(message.value);
  }

  /** @param partial bytes of a message whose end has not come */
  #keep(partial: number): void {
    if (this.#over || this.#deps.openings.keep(this, partial + this.#registerBytes + this.#earlyBytes))
      return;
    const text = 'connections that have not registered have sent as much as is taken; try again later';
    this.refuse(closeError(grpcCode.resourceExhausted, text, Reason.OVERLOADED));
  }

  #check(register: ConnectionRegister): void {
    const { environment, policy, pace } = this.#deps;
    const { clock, limits } = environment;
    const checked = checkRegister(register, policy.keys, limits);
    if ('closing' in checked) {
      this.#deny(checked);
      return;
    }
    const now = clock.now();
    const wait = pace.turn(now);
    if (wait === undefined) {
      const closing = closeReason(
        grpcCode.resourceExhausted,
        'too many services connect at once; try again later',
        Reason.OVERLOADED,
      );
      this.refuse({ ...closing, reconnectAfter: 5_000 + Math.floor(Math.random() * 5_000) });
    } else if (wait === 0) {
      this.#admit(register);
    } else {
      this.#stream.pause();
      this.#stopTimer = clock.after(wait, () => {
        this.#stream.resume();
        this.#admit(register);
      });
    }
  }

  #deny({ closing, violation: what, keyId }: Refusal): void {
    const { clock, observer } = this.#deps.environment;
    if (what !== undefined) observer.violation?.({ address: this.address, keyId }, what);
    const delay = keyId === '' ? this.#deps.wrongKeys.delay(this.address, clock.now()) : 0;
    if (delay === 0) {
      this.refuse(closing);
      return;
    }
    this.#stream.pause();
    this.#stopTimer = clock.after(delay, () => this.refuse(closing));
  }

  /** Keys may have changed, and others connected, while the registration waited for its turn. */
  #admit(register: ConnectionRegister): void {
    const { environment, policy, indexes } = this.#deps;
    const { limits } = environment;
    const checked = checkRegister(register, policy.keys, limits);
    const registration =
      'closing' in checked ? checked : admit(register, checked, indexes.connections, limits);
    if ('closing' in registration) {
      this.#deny(registration);
      return;
    }
    const { replaces } = registration;
    this.#leave();
    replaces?.close(
      closeReason(
        grpcCode.aborted,
        'the same process has connected again and taken this connection_id over',
        Reason.REPLACED,
      ),
    );
    this.#stream.accepted?.();
    const connection = new Connection(this.#stream, this.address, registration, this.#deps);
    connection.open(registration.rejected);
    for (const bytes of this.#early) this.#stream.events.message(bytes);
    if (this.#ended) this.#stream.events.ended();
  }

  #halfClosed(): void {
    this.#ended = true;
    if (this.#register) return;
    this.refuse(
      closeError(
        grpcCode.invalidArgument,
        'the stream has ended before its first message, which must be a register',
      ),
    );
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimer?.();
    this.#deps.openings.remove(this);
  }
}
