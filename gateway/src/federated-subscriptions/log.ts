/** Where what operators should know is told; pino and its like fit. */
export interface Log {
  warn(what: object, message: string): void;
  error(what: object, message: string): void;
}
