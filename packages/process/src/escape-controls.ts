/** Controls and line ends that JSON leaves as they are, and terminals and tools that read lines obey. */
const controls = /[\x7f-\x9f\u2028\u2029]/g;

/** Escapes in a text of JSON what it need not escape, and a log must. */
export function escapeControls(json: string): string {
  return json.replace(controls, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
