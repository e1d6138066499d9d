/** Carries messages between gateways: NATS, or another that has subjects and queue groups. */
export interface Carrier {
  /** Bytes that one message may have. */
  readonly maxMessageBytes: number;
  /** False while it is cut off: what is published then reaches nobody. */
  readonly isUp: boolean;
  /**
   * To every subscriber of the subject, and to one of each group.
   * @param replyTo a subject that hears of it where the message has no subscriber
   */
  publish(subject: string, data: Uint8Array, replyTo?: string): void;
  /**
   * Listens to a subject, or to all that begin with it where it ends with `>`.
   * @param group the name of a group of which one alone gets each message
   */
  subscribe(subject: string, receive: Receive, group?: string): Subscription;
  /** Tells when it is cut off and when it is back. Returns how to stop. */
  onStatus(listener: (isUp: boolean) => void): () => void;
  close(): Promise<void>;
}

/** `data` is the receiver's to keep: nobody writes into it any more. It is undefined where the message that this is the reply to had no subscriber. */
export type Receive = (data: Uint8Array | undefined, subject: string) => void;

export interface Subscription {
  /** Takes what is on its way, and no more. */
  end(): void;
}
