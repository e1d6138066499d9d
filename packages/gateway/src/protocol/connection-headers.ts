/** Headers about one connection only, which are never forwarded (RFC 9110, 7.6.1). */
export const connectionHeaders: readonly string[] = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
