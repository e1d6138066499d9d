// Loaded before the server: an error that nobody catches, at SIGWINCH.
process.once('SIGWINCH', () => {
  setImmediate(() => {
    throw new Error('boom');
  });
});
