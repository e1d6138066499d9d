/**
 * A reporter for CI: names each test that passed at its second attempt, with what its first one failed of. Such a test
 * does not stop a landing, and is a fault to be mended.
 */
// Vitest takes the default export of a reporter.
// oxlint-disable-next-line import/no-default-export
export default class SecondAttempts {
  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return;
    const [error] = test.result().errors ?? [];
    console.log(`second attempt: ${test.module.relativeModuleId} > ${test.fullName}\n${error?.stack ?? ''}`);
  }
}
