/** A log for operators; pino and similar loggers fit. */
export interface Log {
  warn(what: object, message: string): void;
  error(what: object, message: string): void;
}
