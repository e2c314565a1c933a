export function announcement(
  missing: readonly { product: string; packages: readonly string[] }[],
  asRoot: readonly string[],
): string;
export function advice(packages: readonly string[], platform?: string): string;
