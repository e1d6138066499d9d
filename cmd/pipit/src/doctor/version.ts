/** Tells whether a version `a.b.c` is not below `a.b` or `a.b.c`. */
export function isAtLeast(version: string, least: string): boolean {
  const have = version.split('.').map(Number);
  for (const [index, part] of least.split('.').map(Number).entries()) {
    if (have[index] !== part) return (have[index] ?? 0) > part;
  }
  return true;
}
