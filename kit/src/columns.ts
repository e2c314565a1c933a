import type { EntitySchemaColumnOptions } from 'typeorm';

// The migrations make the tables. Here columns get only their names in the database, and the conversion of their values. Lengths
// and the like stand only in the migrations.

export const id = (name: string): EntitySchemaColumnOptions => ({ name, type: 'char', length: 36 });

/** Also for enums. */
export const text = (name: string): EntitySchemaColumnOptions => ({ name, type: 'varchar' });

/** A whole number below 2^32. */
export const count = (name: string): EntitySchemaColumnOptions => ({ name, type: 'int', unsigned: true });

/** A BIGINT, which drivers give as a string or a number. The limits of the contract keep it far below 2^53. */
export const bigint = (name: string): EntitySchemaColumnOptions => ({
  name,
  type: 'bigint',
  transformer: {
    to: (value: number | null) => value,
    from: (value: string | number | null) => (value === null ? null : Number(value)),
  },
});

/** In UTC, with milliseconds. */
export const instant = (name: string): EntitySchemaColumnOptions => ({
  name,
  type: 'datetime',
  precision: 3,
});

export const optional = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  nullable: true,
});

/** A part of the primary key. */
export const key = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  primary: true,
});
