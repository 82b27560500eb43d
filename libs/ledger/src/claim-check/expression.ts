import { add, divide, isDec, isId, multiply, type Ratio, ratioOfDecimal, subtract } from '#kernel';

type Operator = '+' | '-' | '*' | '/';

/** Arithmetic over claims: `p26 / p27 + p28 / p29`. Exact; nothing is rounded on the way. */
export type Expression =
  | { readonly is: 'number'; readonly value: string }
  | { readonly is: 'claim'; readonly claimId: string }
  | { readonly is: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

/** How the numbers of a domain are put together: exact values, or what is known of their bounds. */
export interface Arithmetic<T> {
  readonly number: (value: Ratio) => T;
  /** Undefined: has no value. */
  readonly claim: (claimId: string) => T | undefined;
  readonly operate: (operator: Operator, left: T, right: T) => T | undefined;
}

/** Deep enough for any sum that people write, and far from the depth of our stack. */
const DEPTH_MAX = 50;

/**
 * Reads an expression: claim ids, decimal numbers, `+ - * /`, parentheses; `*` and `/` bind closer; equals from the left.
 * An operator stands between spaces, because a claim id may hold a hyphen.
 *
 * @returns Undefined: it is none.
 */
export const expressionOf = (text: string): Expression | undefined => {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  let depth = 0;
  const take = (...wanted: readonly string[]): string | undefined =>
    wanted.includes(tokens[at] ?? '') ? tokens[at++] : undefined;
  const operand = (): Expression | undefined => {
    if (take('(') !== undefined) {
      if (++depth > DEPTH_MAX) return undefined;
      const inside = sum();
      depth--;
      return take(')') === undefined ? undefined : inside;
    }
    const token = tokens[at++] ?? '';
    if (isDec(token)) return { is: 'number', value: token };
    return isId(token) ? { is: 'claim', claimId: token } : undefined;
  };
  const chain = (next: () => Expression | undefined, ...operators: readonly Operator[]): Expression | undefined => {
    let left = next();
    for (let operator = take(...operators); left && operator !== undefined; operator = take(...operators)) {
      const right = next();
      left = right && { is: 'operation', operator: operator as Operator, left, right };
    }
    return left;
  };
  const product = () => chain(operand, '*', '/');
  const sum = () => chain(product, '+', '-');
  const whole = sum();
  return at === tokens.length ? whole : undefined;
};

/** Ids of the claims that it names, each once, in order of appearance. */
export const claimsOf = (expression: Expression | undefined): readonly string[] => {
  if (expression === undefined || expression.is === 'number') return [];
  if (expression.is === 'claim') return [expression.claimId];
  return [...new Set([...claimsOf(expression.left), ...claimsOf(expression.right)])];
};

/** Undefined where a claim has no value or the arithmetic has none. */
export const evaluate = <T>(expression: Expression, arithmetic: Arithmetic<T>): T | undefined => {
  if (expression.is === 'number') return arithmetic.number(ratioOfDecimal(expression.value));
  if (expression.is === 'claim') return arithmetic.claim(expression.claimId);
  const left = evaluate(expression.left, arithmetic);
  const right = evaluate(expression.right, arithmetic);
  return left === undefined || right === undefined ? undefined : arithmetic.operate(expression.operator, left, right);
};

/** Exact values. Division by zero has none. */
export const exactly = (figureOf: (claimId: string) => Ratio | undefined): Arithmetic<Ratio> => ({
  number: (value) => value,
  claim: figureOf,
  operate: (operator, left, right) => {
    switch (operator) {
      case '+':
        return add(left, right);
      case '-':
        return subtract(left, right);
      case '*':
        return multiply(left, right);
      case '/':
        return right.num === 0n ? undefined : divide(left, right);
    }
  },
});
