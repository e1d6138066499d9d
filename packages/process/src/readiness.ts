/** Something outside of the process without which it wants no calls: a database, a queue. */
export interface ReadinessCheck {
  /** Names it in the answer of `/readyz`: `database`. */
  readonly name: string;
  /**
   * Throws, or rejects, where it does not work.
   * @param signal fires when the second is over that it has; it then counts as failed
   */
  check(signal: AbortSignal): unknown;
}

/** Time for all checks, in milliseconds: probes of Kubernetes wait for one second. */
const patience = 1_000;

/** The checks that fail, in a text for operators; undefined where none does. */
export async function failingCheck(checks: readonly ReadinessCheck[]): Promise<string | undefined> {
  const signal = AbortSignal.timeout(patience);
  const timeout = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${patience} ms`)), {
      once: true,
    });
  });
  timeout.catch(() => undefined);
  const results = await Promise.allSettled(
    checks.map((one) => Promise.race([Promise.resolve(signal).then((given) => one.check(given)), timeout])),
  );
  const failed = results.flatMap((result, at) =>
    result.status === 'fulfilled' ? [] : [`${checks[at]?.name}: ${textOf(result.reason)}`],
  );
  return failed.length === 0 ? undefined : failed.join('\n');
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
