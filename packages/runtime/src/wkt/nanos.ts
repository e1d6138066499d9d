const NANOS_PER_SECOND = 1_000_000_000n;

/** A whole number of seconds, and nanoseconds beside it. */
export interface SecondsAndNanos {
  readonly seconds: bigint;
  readonly nanos: number;
}

export function toNanos({
  seconds,
  nanos,
}: {
  seconds?: bigint | null | undefined;
  nanos?: number | null | undefined;
}): bigint {
  return (seconds ?? 0n) * NANOS_PER_SECOND + BigInt(nanos ?? 0);
}

/** Both parts have the sign of the whole, as a Duration's do. */
export function splitNanos(total: bigint): SecondsAndNanos {
  return { seconds: total / NANOS_PER_SECOND, nanos: Number(total % NANOS_PER_SECOND) };
}

/**
 * Milliseconds as nanoseconds, a fraction rounded to the nearest one.
 * @throws {RangeError} for NaN and infinity
 */
export function msToNanos(ms: number): bigint {
  if (!Number.isFinite(ms)) throw new RangeError(`expected a finite number of milliseconds, got ${ms}`);
  const whole = Math.trunc(ms);
  // Apart, so that a large number of milliseconds does not cost the fraction its digits.
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}
