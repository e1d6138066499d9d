/** What a proto declares, by position in its text. Read without a compiler, to insert text and nothing else. */
export interface ProtoOutline {
  readonly services: readonly ProtoService[];
  /** Messages, enums and services at the top level. */
  readonly names: ReadonlySet<string>;
}

interface ProtoService {
  readonly name: string;
  readonly methods: readonly string[];
  /** Of its closing brace. */
  readonly end: number;
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** Words, braces and other signs; comments and strings are passed over. */
const TOKENS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[\w.]+|[^\s\w]/g;

export function outlineOf(text: string): ProtoOutline {
  const tokens: Token[] = [...text.matchAll(TOKENS)]
    .map((match) => ({ text: match[0], at: match.index }))
    .filter((token) => !/^(?:\/\/|\/\*|["'])/.test(token.text));
  const names = new Set<string>();
  const services: ProtoService[] = [];
  let depth = 0;
  let service: { name: string; methods: string[] } | undefined;
  for (const [index, { text: word, at }] of tokens.entries()) {
    const next = tokens[index + 1]?.text ?? '';
    if (word === '{') depth++;
    else if (word === '}') {
      depth--;
      if (depth === 0 && service !== undefined) {
        services.push({ ...service, end: at });
        service = undefined;
      }
    } else if (depth === 0 && /^(?:message|enum|service)$/.test(word) && tokens[index + 2]?.text === '{') {
      names.add(next);
      if (word === 'service') service = { name: next, methods: [] };
    } else if (depth === 1 && word === 'rpc' && tokens[index + 2]?.text === '(') service?.methods.push(next);
  }
  return { services, names };
}
