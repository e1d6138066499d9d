/** The release of the runtime that generated code has to be made for: the first two numbers of its version. */
const release = '0.1';

/**
 * Lets generated code run that was made for this runtime. Types say the same when it is compiled, but what is compiled
 * already, or never is, would fail anywhere.
 * @param typeName of the service, for the error
 * @param generatedFor the release that the code was generated for; undefined in code that is older than that
 * @throws {Error} where it was made for another one, with what to do
 */
export function demandRelease(typeName: string, generatedFor: string | undefined): void {
  if (generatedFor === release) return;
  const made =
    generatedFor === undefined
      ? `${typeName} was generated for an older @pipit/runtime than ${release}`
      : `${typeName} was generated for @pipit/runtime ${generatedFor}, and this is ${release}`;
  const remedy =
    generatedFor !== undefined && isLater(generatedFor, release)
      ? `\`npm install @pipit/runtime@~${generatedFor}.0\``
      : 'generate again, with `pipit gen`';
  throw new Error(`${made}: ${remedy}`);
}

/** Compares releases such as `0.10` and `0.9`. */
function isLater(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}
