/**
 * A pattern of RE2's language as one of ECMA-262 with the flag `u`, as JSON Schema has them; undefined where it uses
 * what the other does not have, or means differently in a way that cannot be written.
 * @example
 * ecmaPattern(String.raw`\A[a-z\-]+\z`); // '^[a-z\-]+$'
 */
export function ecmaPattern(re2: string): string | undefined {
  let pattern = '';
  let inClass = false;
  for (const [token] of re2.matchAll(tokens)) {
    const translated = inClass ? withinClass(token) : outsideClass(token);
    if (translated === undefined) return undefined;
    if (!inClass && token.startsWith('[')) inClass = true;
    else if (inClass && token === ']') inClass = false;
    pattern += translated;
  }
  try {
    // What neither knows, and what one of them takes for text.
    new RegExp(pattern, 'u').test('');
  } catch {
    return undefined;
  }
  return pattern;
}

// The first `]` of a class is text, and so is what stands there behind a `[`.
const tokens = /\\(?:[^\\]|\\)|\[\^?\]?|\(\?:?|\{\d+(?:,\d*)?\}|./gsu;

/** ASCII, as in ECMA-262. */
const sameEscapes = /^\\[dDwW]$/;
const sameControls = /^\\[fnrtv]$/;
const spaces = String.raw`\t\n\f\r `;
const syntax = /^\\[$()*+.?[\\\]^{|}/]$/;
const punctuation = /^\\[!-/:-@[-`{-~]$/;

function outsideClass(token: string): string | undefined {
  if (token.startsWith('[')) return opening(token);
  if (token === '.') return String.raw`[^\n]`;
  if (token === '(?') return undefined;
  if (token === '{' || token === '}' || token === ']') return `\\${token}`;
  if (!token.startsWith('\\')) return token;
  if (token === '\\A') return '^';
  if (token === '\\z') return '$';
  if (token === '\\s') return `[${spaces}]`;
  if (token === '\\S') return `[^${spaces}]`;
  if (sameEscapes.test(token) || sameControls.test(token) || syntax.test(token) || /^\\[bB]$/.test(token))
    return token;
  return punctuation.test(token) ? token.slice(1) : undefined;
}

/** `[]` and `[^]` begin with a text `]`. */
function opening(token: string): string {
  return token.endsWith(']') ? `${token.slice(0, -1)}\\]` : token;
}

function withinClass(token: string): string | undefined {
  // A class like `[:alpha:]`, or a `[` that is text with more behind it: rare enough.
  if (token.startsWith('[')) return undefined;
  if (token.length > 1 && !token.startsWith('\\')) return token.replaceAll(/[(){}|/]/g, '\\$&');
  if (token === '\\s') return spaces;
  if (token === '\\-' || sameEscapes.test(token) || sameControls.test(token) || syntax.test(token))
    return token;
  if (token.startsWith('\\')) return punctuation.test(token) ? token.slice(1) : undefined;
  return /^[(){}|/]$/.test(token) ? `\\${token}` : token;
}

/** A text as a pattern that is the text. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`);
}
