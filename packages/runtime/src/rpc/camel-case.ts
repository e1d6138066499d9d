/**
 * A proto name as Twirp's Go clients write it in URLs: `make_hat` is `MakeHat`, `_my_2` is `XMy_2`.
 * An underscore goes where a lower-case letter follows, which then becomes a capital, as does one after a digit.
 */
export function camelCase(name: string): string {
  const leading = name.startsWith('_');
  const words = (leading ? name.slice(1) : name).replace(
    /(^|[_0-9])([a-z])/g,
    (_, before: string, letter: string) => (before === '_' ? '' : before) + letter.toUpperCase(),
  );
  return leading ? `X${words}` : words;
}
