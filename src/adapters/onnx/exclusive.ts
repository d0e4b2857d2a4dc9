// INVARIANT: ONNX Runtime's heap and stack are one per isolate, whatever the session: overlapping calls restore each
// other's stack, corrupt the heap and end it for the isolate. So there is one queue per module, not one per model.
let last: Promise<unknown> = Promise.resolve();

/** Runs `work` once everything that entered the runtime before it has settled. Its own fault reaches its caller only. */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.then(settled, settled);
  return mine;
}

function settled(): void {}
