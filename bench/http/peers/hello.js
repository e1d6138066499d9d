/** The method, for every peer alike. */
export function hello({ message }) {
  return { code: 0, msg: '', data: { message: `Hello, ${message}!` } };
}
