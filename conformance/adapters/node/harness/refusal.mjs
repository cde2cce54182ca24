// A refusal: what an operation says no with. The code may be absent, where the vocabulary has no certain word for it.

export class Refusal extends Error {
  constructor(code, detail) {
    super(detail ?? code);
    this.code = code;
  }
}

/** Refuses with a code of the vocabulary; null leaves the reason to `detail`. */
export function refuse(code, detail) {
  throw new Refusal(code ?? undefined, detail);
}

/** Runs `work` and puts `prefix` before the codes that it refuses with. */
export async function prefixed(prefix, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal && error.code && !error.code.includes(".")) {
      error.code = prefix + error.code;
    }
    throw error;
  }
}
