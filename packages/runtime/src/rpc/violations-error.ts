import type { Violation } from '../validate/violations.ts';
import { TwirpError } from './twirp-error.ts';
import { violationsDetail } from './violations-detail.ts';

/**
 * 400 `invalid_argument` for a message that breaks rules of its proto: `msg` is the first violation, `meta.argument`
 * its field, `meta.violations` the JSON of all, `[{ field, rule, message }]`. Callers by Connect, gRPC and gRPC-Web get
 * them as a `buf.validate.Violations` among the details, as many as 8 KiB hold, because proxies refuse longer trailers.
 * @example throw violationsError(validate(SignUp$check, request));
 */
export function violationsError(violations: readonly Violation[]): TwirpError {
  const [first] = violations;
  const field = first?.field ?? '';
  const told = violations.map(({ field, rule, message }) => ({ field, rule, message }));
  return new TwirpError(
    'invalid_argument',
    `${field === '' ? '' : `${field}: `}${first?.message ?? 'is not valid'}`,
    {
      meta: {
        ...(field !== '' && { argument: field }),
        violations: JSON.stringify(told),
      },
      details: [violationsDetail(violations)],
    },
  );
}
