// Modules that the pages' programs import and nobody installs here.
declare module "npm:tidegate" {
  export * from "tidegate";
}
declare module "react" {
  export function useEffect(effect: () => void, dependencies: readonly unknown[]): void;
  export function useState<T>(initial: T): [T, (value: T) => void];
}
declare module "next/server" {
  export interface NextRequest extends Request {
    readonly cookies: { get(name: string): { readonly value: string } | undefined };
  }
  export class NextResponse extends Response {
    static next(): NextResponse;
    static rewrite(url: URL): NextResponse;
    readonly cookies: { set(name: string, value: string): void };
  }
}
