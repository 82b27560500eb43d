export interface Requirement {
  readonly id: string;
  readonly ar: string;
  readonly en: string;
}
export interface Programme extends Requirement {
  readonly requirements: readonly Requirement[];
}
export interface TitledTest {
  /** Path below the root of the checkout, with forward slashes. */
  readonly file: string;
  readonly title: string;
}
export const DOCUMENT_FILE: string;
export function readProgrammes(root: string): Programme[];
export function readOpen(root: string): string[];
export function readTests(root: string): TitledTest[];
export function idsIn(programmes: readonly Programme[]): string[];
export function idsOf(title: string): string[];
export function titlesIn(source: string): string[];
export function faultsOf(ids: readonly string[], tests: readonly TitledTest[], open: readonly string[]): string[];
export function documentOf(programmes: readonly Programme[], tests: readonly TitledTest[]): string;
