// Nothing to translate.
export default {
  transform: {},
  // For a busy machine.
  testTimeout: 120_000,
};
