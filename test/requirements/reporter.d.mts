interface Results {
  readonly testResults: readonly {
    readonly testResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}
interface RunConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
}
export function unproven(ids: readonly string[], results: Results): string[];
export function isWhole(config: RunConfig): boolean;
