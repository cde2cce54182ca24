// One JSON command a line on standard input, one JSON answer a line on standard output; what fails answers
// {"error": "…"}.
import { createInterface } from "node:readline";

/** Answers until the input ends. */
export async function answerLines(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    let result;
    try {
      result = await answer(JSON.parse(line));
    } catch (error) {
      result = { error: String(error.message ?? error) };
    }
    process.stdout.write(JSON.stringify(result) + "\n");
  }
}
