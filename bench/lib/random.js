/** Numbers in [0, 1) that are the same on every run (Park and Miller's generator). */
export function random(seed) {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
