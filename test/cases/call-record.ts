/** The hooks and interceptors that ran around one call, in order. */
export class CallRecord {
  #events: string[] = [];
  #sent!: () => void;
  #finished!: Promise<void>;

  constructor() {
    this.begin();
  }

  readonly record = (event: string): void => {
    this.#events.push(event);
    if (event === 'ResponseSent') this.#sent();
  };

  /** Whether the call has reached the service: behind a gateway not all do. */
  get began(): boolean {
    return this.#events.length > 0;
  }

  /** Forgets the call before. */
  begin(): void {
    this.#events = [];
    this.#finished = new Promise((resolve) => (this.#sent = resolve));
  }

  /** Everything up to ResponseSent, which may run after the caller has the answer. */
  async events(): Promise<readonly string[]> {
    await this.#finished;
    return this.#events;
  }
}
