/**
 * Measures two sides in turn: both are warmed by so many operations, then measured in slices, old and new, new and old,
 * so that whatever else the machine does hits both alike.
 * @param sides `{ old, new }`; `measure(count)` of each does so many operations and returns their CPU time in ns
 * @param order which comes first, such as `['old', 'new']`
 * @returns `{ old, new }`, nanoseconds an operation of each slice
 */
export async function inTurn(sides, { order, warm, slices, count }) {
  const times = { old: [], new: [] };
  for (const name of order) await sides[name].measure(warm);
  for (let slice = 0; slice < slices; slice++) {
    for (const name of slice % 2 === 0 ? order : order.toReversed()) {
      times[name].push((await sides[name].measure(count)) / count);
    }
  }
  return times;
}

/** Makes both sides, `make(tree)`, one after the other; where the second fails the first is stopped. */
export async function bothSides(trees, make) {
  const sides = {};
  try {
    for (const name of trees.order) sides[name] = await make(trees[name]);
  } catch (error) {
    await stopSides(sides);
    throw error;
  }
  return sides;
}

export async function stopSides(sides) {
  for (const side of Object.values(sides)) await side.stop();
}
