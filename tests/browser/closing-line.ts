import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Ends a run with `browser: N passed, N failed, N skipped`; a run of no tests has failed. */
export default class ClosingLine implements Reporter {
  private readonly last = new Map<string, TestResult["status"]>();

  onTestEnd(test: TestCase, result: TestResult): void {
    this.last.set(test.id, result.status);
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult["status"] }> {
    const count = (...wanted: TestResult["status"][]) =>
      [...this.last.values()].filter((status) => wanted.includes(status)).length;
    const passed = count("passed");
    const failed = count("failed", "timedOut", "interrupted");
    console.log(`browser: ${passed} passed, ${failed} failed, ${count("skipped")} skipped`);
    return { status: passed === 0 ? "failed" : result.status };
  }
}
