/** `NODE_ENV` is `production`; so is where nobody can tell: at the edge, or where Deno may not read the environment. */
export function isProduction(): boolean {
  try {
    return process.env['NODE_ENV'] === 'production';
  } catch {
    return true;
  }
}
